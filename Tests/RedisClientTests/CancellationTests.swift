import Reactor
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(2)))
struct CancellationTests {
    @Test @Reactor func aCancelledCommandThatWasSentLeavesTheOrderOfReplies() async throws {
        let server = try await RedisServer()
        let connection = connect(to: server)
        _ = try await connection.execute(RedisCommand("PING"))
        let blocked = Task {
            await failure { () throws(RedisError) in
                try await connection.execute(RedisCommand("BLPOP", "list", "0"))
            }
        }
        let other = connect(to: server)
        #expect(
            try await eventually {
                try await other.execute(RedisCommand("INFO", "clients")).string?.contains("blocked_clients:1") == true
            }
        )
        blocked.cancel()
        #expect(await blocked.value?.code == .cancelled)
        // Its reply comes later, and is nobody's.
        let echo = try connection.begin(RedisCommand("ECHO", "mine"), atOnce: true)
        _ = try await other.execute(RedisCommand("RPUSH", "list", "not for me"))
        #expect(try await echo.reply().string == "mine")
        #expect(try await connection.execute(RedisCommand("ECHO", "next")).string == "next")
    }

    @Test @Reactor func aCancelledCommandThatWaitsIsNeverSent() async throws {
        let server = try await RedisServer()
        server.kill()
        let connection = connect(to: server) {
            $0.maximumCommandsInFlight = 3
            $0.commandTimeout = .seconds(20)
        }
        let waiting = Task {
            await failure { () throws(RedisError) in
                try await connection.execute(RedisCommand("SET", "cancelled", "1"))
            }
        }
        try await Task.sleep(for: .milliseconds(50))
        let kept = try connection.begin(RedisCommand("SET", "kept", "1"))
        waiting.cancel()
        #expect(await waiting.value?.code == .cancelled)
        try await server.start()
        #expect(try await kept.reply().string == "OK")
        #expect(try await connection.execute(RedisCommand("EXISTS", "cancelled")).integer == 0)
        // Counted back.
        var three = RedisCommand("PING")
        three.begin("PING", arguments: 0)
        three.begin("PING", arguments: 0)
        #expect(try await connection.pipeline(three).count == 3)
    }

    @Test @Reactor func aCancelledTaskSendsNothing() async throws {
        let server = try await RedisServer()
        let connection = connect(to: server)
        let task = Task { () -> RedisError? in
            while !Task.isCancelled { await Task.yield() }
            return await failure { () throws(RedisError) in try await connection.execute(RedisCommand("PING")) }
        }
        task.cancel()
        #expect(await task.value?.code == .cancelled)
    }

    @Test(arguments: [true, false]) @Reactor
    func closingFailsWhatWaits(isConnected: Bool) async throws {
        let server = try await RedisServer()
        let connection = connect(to: server)
        if isConnected { _ = try await connection.execute(RedisCommand("PING")) } else { server.kill() }
        let requests = try (0..<3).map { _ in
            try connection.begin(RedisCommand("BLPOP", "nothing", "0"), timeout: .seconds(60), atOnce: true)
        }
        connection.close()
        for request in requests {
            let error = await failure { () throws(RedisError) in try await request.reply() }
            #expect(error?.code == .closed)
        }
        let error = await failure { () throws(RedisError) in try await connection.execute(RedisCommand("PING")) }
        #expect(error?.code == .closed)
        connection.close()
    }

    /// Nobody is left to answer its requests, so they end with it.
    @Test @Reactor func aConnectionThatIsLetGoFailsWhatWaits() async throws {
        let server = try await RedisServer()
        var connection: RedisConnection? = connect(to: server)
        _ = try await connection?.execute(RedisCommand("PING"))
        let request = try connection?.begin(RedisCommand("BLPOP", "nothing", "0"), timeout: .seconds(60), atOnce: true)
        connection = nil
        let error = await failure { () throws(RedisError) in try await request?.reply() }
        #expect(error?.code == .closed)
    }
}
