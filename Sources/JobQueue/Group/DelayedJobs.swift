package import Reactor
package import RedisClient

/// Jobs that run later: retries, and those that were sent with a time.
@Reactor
package final class DelayedJobs {
    /// Jobs moved by one call of the script, which blocks the server while it runs.
    private static let promotedAtOnce = 100

    /// What a promotion did.
    package struct Promotion: Sendable, Equatable {
        package let promoted: Int
        /// Members of the set that Memoir did not write.
        package let unreadable: Int
        /// Until the next job is due; nil when none waits.
        package let untilNext: Duration?
    }

    private let connection: RedisConnection
    private let keys: JobKeys
    private let script = RedisScript(PromoteScript.source)

    package init(connection: RedisConnection, keys: JobKeys) {
        self.connection = connection
        self.keys = keys
    }

    /// Puts jobs whose time has come back onto their lanes. There may be more: see `untilNext`.
    package func promote() async throws(RedisError) -> Promotion {
        var arguments = RedisArguments()
        arguments.append(keys.delayed)
        for lane in Lane.allCases { arguments.append(keys.jobs(lane)) }
        arguments.append(Self.promotedAtOnce)
        for lane in Lane.allCases { arguments.append(lane.rawValue) }
        var cursor = try await script.run(on: connection, keyCount: 1 + Lane.allCases.count, arguments).cursor
        _ = try cursor.array()
        let promoted = try cursor.integer()
        let unreadable = try cursor.integer()
        let wait = try cursor.integer()
        return Promotion(
            promoted: promoted,
            unreadable: unreadable,
            untilNext: wait < 0 ? nil : .milliseconds(wait)
        )
    }
}
