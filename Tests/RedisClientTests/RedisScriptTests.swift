import Reactor
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(2)))
struct RedisScriptTests {
    @Reactor
    private static func run(_ script: RedisScript, _ number: Int, on connection: RedisConnection) async throws -> Int? {
        var arguments = RedisArguments()
        arguments.append("key:{0}")
        arguments.append(number)
        return try await script.run(on: connection, keyCount: 1, arguments).integer
    }

    /// How many of so many runs at once gave another's number.
    @Reactor
    private static func runAtOnce(_ script: RedisScript, on connection: RedisConnection) async throws -> Int {
        let tasks = (0..<500).map { number in
            Task { try await run(script, number, on: connection) == number ? 0 : 1 }
        }
        var wrong = 0
        for task in tasks { wrong += try await task.value }
        return wrong
    }

    @Reactor
    private static func loads(_ connection: RedisConnection) async throws -> Int {
        try await connection.commandCalls()["script|load"] ?? 0
    }

    /// However many meet a server without the script, it is loaded once.
    @Test(arguments: RedisBinary.available) @Reactor
    func aScriptIsLoadedOnceForAll(binary: RedisBinary) async throws {
        let server = try await RedisServer(on: binary)
        let connection = connect(to: server) { $0.commandTimeout = .seconds(20) }
        let script = RedisScript("return tonumber(ARGV[1])")
        #expect(try await Self.runAtOnce(script, on: connection) == 0)
        let firstLoads = try await Self.loads(connection)
        #expect(firstLoads == 1)
        _ = try await connection.execute(RedisCommand("SCRIPT", "FLUSH"))
        #expect(try await Self.runAtOnce(script, on: connection) == 0)
        let loadsAfterFlush = try await Self.loads(connection)
        #expect(loadsAfterFlush == 2)

        server.kill()
        try await server.start()
        // What was not sent yet waits for the server.
        #expect(
            await eventually {
                await failure { () throws(RedisError) in try await connection.execute(RedisCommand("PING")) } == nil
            }
        )
        #expect(try await Self.runAtOnce(script, on: connection) == 0)
        let loadsAfterRestart = try await Self.loads(connection)
        #expect(loadsAfterRestart == 1)
    }

    /// Whoever asked for the script first may give up; the others need it all the same.
    @Test @Reactor func aCancelledRunLeavesTheOthersTheirScript() async throws {
        let server = try await RedisServer()
        let connection = connect(to: server)
        let script = RedisScript("return tonumber(ARGV[1])")
        let first = Task { try await Self.run(script, 1, on: connection) }
        let second = Task { try await Self.run(script, 2, on: connection) }
        await Task.yield()
        first.cancel()
        #expect(try await second.value == 2)
        let error = await #expect(throws: RedisError.self) { try await first.value }
        #expect(error?.code == .cancelled)
    }

    @Test @Reactor func aScriptThatCannotBeCompiledSaysSo() async throws {
        let server = try await RedisServer()
        let connection = connect(to: server)
        let script = RedisScript("return )")
        for _ in 0..<2 {
            let error = await #expect(throws: RedisError.self) { try await Self.run(script, 1, on: connection) }
            #expect(error?.code == .server && error?.message.contains("compil") == true)
        }
    }
}
