internal import Reactor
package import RedisClient

/// What operators want of all workers: which jobs are cancelled, which lanes are paused.
package struct FleetState: Sendable {
    /// Ids of cancelled jobs that are looked at, the youngest marks first.
    private static let maximumCancelled = 100_000

    package var cancelled: [[UInt8]] = []
    package var paused: Set<Lane> = []

    @Reactor
    package static func read(from connection: RedisConnection, keys: JobKeys) async throws(RedisError) -> FleetState {
        var command = RedisCommand()
        command.begin("HKEYS", arguments: 1)
        command.append(keys.paused)
        command.begin("ZRANGE", arguments: 4)
        command.append(keys.cancelled)
        command.append(0)
        command.append(maximumCancelled - 1)
        command.append("REV")
        let replies = try await connection.pipeline(command)
        var state = FleetState()
        for name in try strings(replies[0]) {
            if let lane = Lane(rawValue: String(decoding: name, as: UTF8.self)) { state.paused.insert(lane) }
        }
        state.cancelled = try strings(replies[1])
        return state
    }

    private static func strings(_ reply: RedisReply) throws(RedisError) -> [[UInt8]] {
        if let error = reply.error { throw error }
        var cursor = reply.cursor
        var strings: [[UInt8]] = []
        for _ in 0..<(try cursor.array() ?? 0) {
            if let string = try cursor.string() { strings.append(Array(string)) }
        }
        return strings
    }
}
