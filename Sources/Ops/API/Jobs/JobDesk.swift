internal import JobQueue
internal import Reactor
internal import RedisClient

/// Looks jobs up by their ids, and cancels them.
@Reactor
final class JobDesk {
    private let connection: RedisConnection
    private let keys: JobKeys

    nonisolated init(connection: RedisConnection, keys: JobKeys) {
        self.connection = connection
        self.keys = keys
    }

    /// JSON, as it stands in Redis; nil where none stands.
    func result(of id: String) async throws(RedisError) -> [UInt8]? {
        var command = RedisCommand(capacity: 128)
        command.begin("GET", arguments: 1)
        command.append(keys.result(ArraySlice(id.utf8)))
        return try await connection.execute(command).text.map { Array($0) }
    }

    /// - Returns: false where its result stands already, and there is nothing to cancel.
    func cancel(_ id: String) async throws(RedisError) -> Bool {
        let cancellation = JobCancellation(connection: connection, keys: keys)
        guard try await cancellation.mark(id) == nil else { return false }
        _ = try await cancellation.releaseDelayed(id)
        return true
    }
}
