import JobQueue
import Reactor
import RedisClient

extension TestLane {
    /// Runs one command of any arguments.
    @discardableResult
    func ask(_ name: StaticString, _ arguments: String...) async throws -> RedisReply {
        var command = RedisCommand()
        command.begin(name, arguments: arguments.count)
        for argument in arguments { command.append(argument) }
        return try await connection.execute(command)
    }

    /// Buries a job. Returns the letter's id.
    @discardableResult
    func bury(
        _ id: String?,
        lane: String = "save",
        code: String = "store_refused",
        collection: String = "notes",
        at time: String = "*",
        _ fields: (String, String)...
    ) async throws -> String {
        var all = [("v", "1"), ("type", "save"), ("collection", collection), ("content", "text")]
        if let id { all.append(("id", id)) }
        all += [("_lane", lane), ("_code", code), ("_message", "no"), ("_attempts", "3"), ("_first_failed_at", "1")]
        all += fields
        var command = RedisCommand()
        command.begin("XADD", arguments: 2 + 2 * all.count)
        command.append(keys.dead)
        command.append(time)
        for (name, value) in all {
            command.append(name)
            command.append(value)
        }
        return try await connection.execute(command).string
    }

    func letters(_ filter: DeadLetterFilter = DeadLetterFilter()) async throws -> [DeadLetter] {
        let letters = DeadLetters(connection: connection, keys: keys)
        var pages = letters.pages(filter, .oldestFirst, now: try await connection.timeInMilliseconds())
        var all: [DeadLetter] = []
        while let page = try await pages.next() { all += page }
        return all
    }

    /// Puts a job among the delayed ones, as a member `id`, a line feed, packed `{lane, entry id, fields}`.
    func delay(_ id: String, lane: String = "bulk", own: String = "1") async throws {
        let script = """
            local fields = {'v', '1', 'id', ARGV[1], 'own', ARGV[3]}
            return redis.call('ZADD', KEYS[1], 99999999999999, ARGV[1] .. '\\n' .. cmsgpack.pack({ARGV[2], '1-1', fields}))
            """
        try await ask("EVAL", script, "1", keys.delayed, id, lane, own)
    }

    func control() async throws -> [[String: String]] { try await entries(keys.control) }
}
