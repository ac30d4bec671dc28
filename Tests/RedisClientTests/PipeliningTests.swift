import Reactor
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(2)))
struct PipeliningTests {
    @Test @Reactor func tenThousandCommandsOfManyTasksGetTheirOwnReplies() async throws {
        let server = try await RedisServer()
        let connection = connect(to: server)
        let tasks = (0..<5_000).map { number in
            Task { try await Self.setAndGet(number, on: connection) }
        }
        var wrong = 0
        for task in tasks where try await !task.value { wrong += 1 }
        #expect(wrong == 0)
        // So they did share writes and reads: far fewer of them than commands.
        let info = try await connection.execute(RedisCommand("INFO", "stats")).string ?? ""
        let reads = info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("total_reads_processed:") }
        let count = try #require(reads.flatMap { Int($0.drop { $0 != ":" }.dropFirst()) })
        #expect(count < 2_000)
    }

    /// Whether the replies were its own.
    @Reactor
    private static func setAndGet(_ number: Int, on connection: RedisConnection) async throws -> Bool {
        let key = "key:\(number)"
        let value = String(repeating: "\(number),", count: 1 + number % 50)
        let set = try await connection.execute(RedisCommand("SET", key, value))
        let get = try await connection.execute(RedisCommand("GET", key))
        return set.string == "OK" && get.string == value
    }

    @Test @Reactor func commandsRunInTheOrderTheyWereBegun() async throws {
        let server = try await RedisServer()
        let connection = connect(to: server)
        let requests = try (0..<2_000).map { number in
            try connection.begin(RedisCommand("RPUSH", "list", "\(number)"), atOnce: number % 7 == 0)
        }
        for (index, request) in requests.enumerated() {
            let length = try await request.reply().integer
            #expect(length == index + 1)
        }
        var cursor = try await connection.execute(RedisCommand("LRANGE", "list", "0", "-1")).cursor
        #expect(try cursor.array() == 2_000)
        for number in 0..<2_000 { #expect(try cursor.integer() == number) }
    }

    @Test @Reactor func aPipelineGivesErrorsAmongItsReplies() async throws {
        let server = try await RedisServer()
        let connection = connect(to: server)
        var command = RedisCommand("SET", "text", "x")
        command.begin("INCR", arguments: 1)
        command.append("text")
        command.begin("GET", arguments: 1)
        command.append("text")
        let replies = try await connection.pipeline(command)
        #expect(replies.map(\.kind) == [.status, .error, .string])
        let error = await failure { () throws(RedisError) in
            try await connection.execute(RedisCommand("LPUSH", "text", "y"))
        }
        #expect(error?.code == .server && error?.serverCode == "WRONGTYPE")
    }

    @Test @Reactor func twentyMegabytesBothWays() async throws {
        let server = try await RedisServer()
        let connection = connect(to: server)
        var value = [UInt8](repeating: 7, count: 20 << 20)
        for index in stride(from: 0, to: value.count, by: 4_099) { value[index] = UInt8(truncatingIfNeeded: index) }
        var command = RedisCommand(capacity: value.count + 64)
        command.begin("SET", arguments: 2)
        command.append("big")
        command.append(value)
        let set = try connection.begin(command)
        let after = try connection.begin(RedisCommand("ECHO", "after"))
        #expect(try await set.reply().string == "OK")
        #expect(try await after.reply().string == "after")
        let get = try await connection.execute(RedisCommand("GET", "big"))
        #expect(get.text.map { Array($0) } == value)
    }

    @Test @Reactor func theBoundOnCommandsInFlightHolds() async throws {
        let server = try await RedisServer()
        let connection = connect(to: server) { $0.maximumCommandsInFlight = 5 }
        var two = RedisCommand("PING")
        two.begin("PING", arguments: 0)
        let requests = [
            try connection.begin(two), try connection.begin(RedisCommand("PING")),
            try connection.begin(RedisCommand("PING")),
        ]
        let tooMany = await failure { () throws(RedisError) in try await connection.pipeline(two) }
        #expect(tooMany?.code == .tooManyInFlight)
        let last = try connection.begin(RedisCommand("PING"))
        let oneMore = await failure { () throws(RedisError) in try await connection.execute(RedisCommand("PING")) }
        #expect(oneMore?.code == .tooManyInFlight)
        for request in requests + [last] { _ = try await request.replies() }
        // All counted back: the whole bound is free again.
        for _ in 0..<20 { #expect(try await connection.pipeline(two).count == 2) }
    }

    @Test @Reactor func aScriptIsLoadedWhereItIsUnknown() async throws {
        let server = try await RedisServer()
        let connection = connect(to: server)
        let script = RedisScript("return {KEYS[1], ARGV[1]}")
        func run() async throws -> [String?] {
            var arguments = RedisArguments()
            arguments.append("key")
            arguments.append("argument")
            var cursor = try await script.run(on: connection, keyCount: 1, arguments).cursor
            _ = try cursor.array()
            return [try cursor.string(), try cursor.string()].map { $0.map { String(decoding: $0, as: UTF8.self) } }
        }
        #expect(try await run() == ["key", "argument"])
        _ = try await connection.execute(RedisCommand("SCRIPT", "FLUSH"))
        #expect(try await run() == ["key", "argument"])

        let broken = RedisScript("return redis.call('INCR', KEYS[1])")
        _ = try await connection.execute(RedisCommand("SET", "text", "x"))
        var arguments = RedisArguments()
        arguments.append("text")
        let error = await failure { () throws(RedisError) in
            try await broken.run(on: connection, keyCount: 1, arguments)
        }
        #expect(error?.code == .server)
    }

    @Test @Reactor func streamCommands() async throws {
        let server = try await RedisServer()
        let connection = connect(to: server)
        #expect(try await connection.pendingCount("g", stream: "s") == nil)
        #expect(try await connection.createGroup("g", stream: "s", start: "0"))
        #expect(try await !connection.createGroup("g", stream: "s", start: "0"))
        #expect(try await connection.streamLength("s") == 0)

        // A wait below one millisecond is not the endless wait that 0 asks for.
        let none = try connection.beginReadGroup(
            "g",
            consumer: "c",
            stream: "s",
            count: 1,
            block: .microseconds(300),
            commandTimeout: .seconds(5)
        )
        #expect(try await none.reply().kind == .null)

        _ = try await connection.execute(RedisCommand("XADD", "s", "*", "f", "v"))
        let one = try connection.beginReadGroup("g", consumer: "c", stream: "s", count: 1, commandTimeout: .seconds(5))
        #expect(try StreamEntries(readGroup: try await one.reply()).count == 1)
        #expect(try await connection.streamLength("s") == 1)
        #expect(try await connection.pendingCount("g", stream: "s") == 1)
    }
}
