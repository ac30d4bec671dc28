internal import Reactor
package import RedisClient

/// What stands in one lane at a moment.
package struct LaneFlow: Sendable {
    /// Entries of the stream: finished ones are removed.
    package let entries: Int
    /// Claimed by workers, alive or not.
    package let pending: Int
    /// Ever added, those that were put back included.
    package let added: Int
    /// When the oldest entry was added, ms since 1970; nil where there is none.
    package let oldest: Int?

    @Reactor
    package static func read(
        with script: RedisScript,
        on connection: RedisConnection,
        keys: JobKeys
    ) async throws(RedisError) -> [Lane: LaneFlow] {
        var arguments = RedisArguments()
        for lane in Lane.allCases { arguments.append(keys.jobs(lane)) }
        arguments.append(JobKeys.group)
        var cursor = try await script.run(on: connection, keyCount: Lane.allCases.count, arguments).cursor
        _ = try cursor.array()
        var flows: [Lane: LaneFlow] = [:]
        for lane in Lane.allCases {
            let entries = try cursor.integer()
            let pending = try cursor.integer()
            let added = try cursor.integer()
            let first = try cursor.string().map { String(decoding: $0, as: UTF8.self) } ?? ""
            let oldest = Int(first.prefix { $0 != "-" })
            flows[lane] = LaneFlow(entries: entries, pending: pending, added: added, oldest: oldest)
        }
        return flows
    }

    package static func script() -> RedisScript { RedisScript(FlowScript.source) }
}
