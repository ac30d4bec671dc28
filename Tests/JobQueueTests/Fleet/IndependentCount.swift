import Reactor
import RedisClient

@testable import JobQueue

/// What our reading says of one lane, and what stands there by a count that knows nothing of it, of the same moment.
struct IndependentCount {
    let flow: LaneFlow
    let entries: Int
    /// Of the list of pending entries, those that were deleted among them.
    let pending: Int
    /// Entries of the stream that are on no list.
    let unlisted: Int

    /// All entries of the stream, and all of XPENDING's list.
    private static let source = """
        local held = {}
        local pending = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 10000000)
        for _, item in ipairs(pending) do held[item[1]] = true end
        local from, entries, unlisted = '-', 0, 0
        while true do
            local page = redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', 200)
            for _, entry in ipairs(page) do
                entries = entries + 1
                if not held[entry[1]] then unlisted = unlisted + 1 end
            end
            if #page < 200 then break end
            from = '(' .. page[#page][1]
        end
        return { entries, #pending, unlisted }
        """

    @Reactor
    static func take(_ lane: Lane, on connection: RedisConnection, keys: JobKeys) async throws -> IndependentCount {
        var command = RedisCommand("MULTI")
        let stream = keys.jobs(lane)
        command.append(commands: RedisCommand("EVAL", FlowScript.source, "1", stream, JobKeys.group))
        command.append(commands: RedisCommand("EVAL", source, "1", stream, JobKeys.group))
        command.append(commands: RedisCommand("EXEC"))
        guard let reply = try await connection.pipeline(command).last else {
            throw RedisError(.unexpectedReply, "no reply")
        }
        if let error = reply.error { throw error }
        var cursor = reply.cursor
        _ = try cursor.array()
        let flow = try LaneFlow(&cursor)
        _ = try cursor.array()
        return IndependentCount(
            flow: flow,
            entries: try cursor.integer(),
            pending: try cursor.integer(),
            unlisted: try cursor.integer()
        )
    }

    /// How far an estimate is off, as a part of what is true.
    func error(of estimate: Int) -> Double {
        estimate == unlisted ? 0 : Double(abs(estimate - unlisted)) / Double(max(1, unlisted))
    }
}
