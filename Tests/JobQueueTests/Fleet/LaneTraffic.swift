import JobQueue
import Reactor
import RedisClient

/// What producers, workers and others do to a lane, in plain commands.
@Reactor
enum LaneTraffic {
    /// Arguments of one command.
    private static let chunk = 500

    @discardableResult
    static func add(_ count: Int, to stream: String, on redis: RedisConnection) async throws -> [String] {
        var ids: [String] = []
        for start in stride(from: 0, to: count, by: chunk) {
            var command = RedisCommand()
            for number in start..<min(count, start + chunk) {
                command.append(commands: RedisCommand("XADD", stream, "*", "id", "\(number)"))
            }
            ids += try await redis.pipeline(command).map(\.string)
        }
        return ids
    }

    /// Returns the ids of what was claimed.
    static func claim(
        _ count: Int,
        of stream: String,
        as consumer: String,
        on redis: RedisConnection
    ) async throws -> [String] {
        let reply = try await redis.execute(
            RedisCommand("XREADGROUP", "GROUP", JobKeys.group, consumer, "COUNT", "\(count)", "STREAMS", stream, ">")
        )
        var cursor = reply.cursor
        guard try cursor.array() != nil else { return [] }
        _ = try cursor.array()
        try cursor.skip()
        return try ids(&cursor)
    }

    /// As workers do: both in one step.
    static func finish(_ ids: [String], of stream: String, on redis: RedisConnection) async throws {
        for part in parts(ids) {
            var command = RedisCommand("MULTI")
            append("XACK", stream, JobKeys.group, ids: part, to: &command)
            append("XDEL", stream, nil, ids: part, to: &command)
            command.append(commands: RedisCommand("EXEC"))
            _ = try await redis.pipeline(command)
        }
    }

    static func acknowledge(_ ids: [String], of stream: String, on redis: RedisConnection) async throws {
        for part in parts(ids) {
            var command = RedisCommand()
            append("XACK", stream, JobKeys.group, ids: part, to: &command)
            _ = try await redis.execute(command)
        }
    }

    static func delete(_ ids: [String], of stream: String, on redis: RedisConnection) async throws {
        for part in parts(ids) {
            var command = RedisCommand()
            append("XDEL", stream, nil, ids: part, to: &command)
            _ = try await redis.execute(command)
        }
    }

    /// Of the entries that a reply holds.
    static func ids(_ reply: RedisReply) throws -> [String] {
        var cursor = reply.cursor
        return try ids(&cursor)
    }

    private static func ids(_ cursor: inout RedisReplyCursor) throws -> [String] {
        try (0..<(try cursor.array() ?? 0)).map { _ in
            _ = try cursor.array()
            let id = try cursor.scalarText() ?? ""
            try cursor.skip()
            return id
        }
    }

    private static func parts(_ ids: [String]) -> [ArraySlice<String>] {
        stride(from: 0, to: ids.count, by: chunk).map { ids[$0..<min(ids.count, $0 + chunk)] }
    }

    private static func append(
        _ name: StaticString,
        _ stream: String,
        _ group: String?,
        ids: ArraySlice<String>,
        to command: inout RedisCommand
    ) {
        command.begin(name, arguments: ids.count + (group == nil ? 1 : 2))
        command.append(stream)
        if let group { command.append(group) }
        for id in ids { command.append(id) }
    }
}
