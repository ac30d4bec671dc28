import Reactor
import RedisClient
import RedisServerFixture
import Testing

/// The server goes away, hangs, comes back.
@Suite(.timeLimit(.minutes(2)))
struct OutageTests {
    @Test @Reactor func aServerThatHangsIsTimedOutAndUsedAgainAfterwards() async throws {
        let server = try await RedisServer()
        let connection = connect(to: server) {
            $0.commandTimeout = .milliseconds(300)
            $0.connectTimeout = .milliseconds(300)
        }
        _ = try await connection.execute(RedisCommand("PING"), timeout: .seconds(20))
        server.pause()
        let start = ContinuousClock.now
        let overdue = try connection.begin(RedisCommand("PING"))
        let behind = try connection.begin(RedisCommand("PING"), timeout: .seconds(20))
        let error = await failure { () throws(RedisError) in try await overdue.reply() }
        #expect(error?.code == .timedOut)
        let errorBehind = await failure { () throws(RedisError) in try await behind.reply() }
        #expect(errorBehind?.code == .connectionLost)
        let elapsed = start.duration(to: .now)
        #expect(elapsed >= .milliseconds(300) && elapsed < .seconds(2))
        server.resume()
        #expect(
            await eventually {
                await failure { () throws(RedisError) in try await connection.execute(RedisCommand("PING")) } == nil
            }
        )
    }

    /// The timeout of a later command may be the shorter one.
    @Test @Reactor func aShortTimeoutBehindALongOneIsKept() async throws {
        let server = try await RedisServer()
        let connection = connect(to: server)
        _ = try await connection.execute(RedisCommand("PING"))
        let start = ContinuousClock.now
        let long = try connection.begin(RedisCommand("DEBUG", "SLEEP", "3"), timeout: .seconds(60))
        let short = try connection.begin(RedisCommand("PING"), timeout: .milliseconds(200))
        let error = await failure { () throws(RedisError) in try await short.reply() }
        #expect(error?.code == .timedOut)
        #expect(start.duration(to: .now) < .seconds(2))
        let errorOfLong = await failure { () throws(RedisError) in try await long.reply() }
        #expect(errorOfLong?.code == .connectionLost)
    }

    /// A server that takes connections and says nothing: each attempt ends with the connect timeout, so that the one
    /// after it finds the server awake.
    @Test @Reactor func theHandshakeHasItsOwnTimeout() async throws {
        let server = try await RedisServer()
        server.pause()
        let connection = connect(to: server) {
            $0.commandTimeout = .seconds(30)
            $0.connectTimeout = .milliseconds(200)
        }
        let request = try connection.begin(RedisCommand("PING"))
        try await Task.sleep(for: .seconds(2))
        server.resume()
        let start = ContinuousClock.now
        #expect(try await request.reply().string == "PONG")
        #expect(start.duration(to: .now) < .seconds(10))
        var clients = try await connection.execute(RedisCommand("INFO", "stats")).string ?? ""
        clients = clients.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("total_connections") }.joined()
        // The probe of the fixture, and at least two attempts of ours.
        let count = try #require(Int(clients.drop { $0 != ":" }.dropFirst()))
        #expect(count >= 3)
    }

    @Test @Reactor func whatWasSentIsLostWithTheConnectionAndLaterCommandsWork() async throws {
        let server = try await RedisServer()
        let connection = connect(to: server)
        let other = connect(to: server)
        _ = try await connection.execute(RedisCommand("PING"))
        let blocked = try connection.begin(RedisCommand("BLPOP", "nothing", "0"), atOnce: true)
        let behind = try connection.begin(RedisCommand("PING"), atOnce: true)
        #expect(
            try await eventually {
                try await other.execute(RedisCommand("INFO", "clients")).string?.contains("blocked_clients:1") == true
            }
        )
        #expect(try await other.execute(RedisCommand("CLIENT", "KILL", "SKIPME", "yes")).integer == 1)
        for request in [blocked, behind] {
            let error = await failure { () throws(RedisError) in try await request.reply() }
            #expect(error?.code == .connectionLost)
        }
        #expect(try await connection.execute(RedisCommand("PING")).string == "PONG")
    }

    @Test @Reactor func aKilledServerThatIsBackOnItsPortServesWhatWaits() async throws {
        let server = try await RedisServer()
        let connection = connect(to: server) { $0.commandTimeout = .seconds(20) }
        _ = try await connection.execute(RedisCommand("PING"))
        let sent = try (0..<100).map { _ in try connection.begin(RedisCommand("BLPOP", "nothing", "0"), atOnce: true) }
        server.kill()
        for request in sent {
            let error = await failure { () throws(RedisError) in try await request.reply() }
            #expect(error?.code == .connectionLost)
        }
        let waiting = try (0..<100).map { try connection.begin(RedisCommand("RPUSH", "list", "\($0)")) }
        try await Task.sleep(for: .milliseconds(200))
        try await server.start()
        for (index, request) in waiting.enumerated() {
            let length = try await request.reply().integer
            #expect(length == index + 1)
        }
    }

    @Test @Reactor func anAbsentServerIsWaitedForUntilTheDeadline() async throws {
        let connection = connect(port: try FreePort.find()) { $0.commandTimeout = .milliseconds(400) }
        let start = ContinuousClock.now
        let first = await failure { () throws(RedisError) in try await connection.execute(RedisCommand("PING")) }
        #expect(first?.code == .cannotConnect)
        #expect(start.duration(to: .now) >= .milliseconds(400))
        let error = await failureOfPing(on: connection) { $0.message.contains("Connection refused") }
        #expect(error?.message.contains("Connection refused") == true)
    }

    @Test @Reactor func attemptsAreSpacedWhileTheServerHangsUp() async throws {
        let server = HangingUpServer()
        server.start()
        defer { server.stop() }
        let connection = connect(port: server.port) { $0.commandTimeout = .seconds(2) }
        let error = await failure { () throws(RedisError) in try await connection.execute(RedisCommand("PING")) }
        #expect(error?.code == .cannotConnect)
        // Waits are drawn from a tenth of 50, 100, 200, 400, 800, 1,000, 1,000 … ms up to them.
        #expect(server.connections <= 25)
        #expect(await eventually { server.connections > 0 })
    }

    /// The wait between attempts has grown to its longest by then.
    @Test(arguments: RedisBinary.available) @Reactor
    func aServerThatWasAwayForSecondsIsInUseSoonAfterItsReturn(binary: RedisBinary) async throws {
        let server = try await RedisServer(on: binary)
        let connection = connect(to: server)
        _ = try await connection.execute(RedisCommand("PING"))
        let sent = try connection.begin(RedisCommand("BLPOP", "nothing", "0"), timeout: .seconds(60), atOnce: true)
        server.kill()
        #expect(await failure { () throws(RedisError) in try await sent.reply() }?.code == .connectionLost)
        let waiting = try connection.begin(RedisCommand("PING"), timeout: .seconds(60))
        try await Task.sleep(for: .seconds(4))
        try await server.start()
        let start = ContinuousClock.now
        #expect(try await waiting.reply().string == "PONG")
        #expect(start.duration(to: .now) < .seconds(3))
        #expect(connection.epoch == 2)
    }

    /// As after a firewall forgot the connection: it is open on both sides, and nothing passes.
    @Test @Reactor func aConnectionThatFellSilentIsReplaced() async throws {
        let server = try await RedisServer()
        let proxy = try FaultyProxy(to: server.port)
        defer { proxy.stop() }
        let connection = connect(port: proxy.port) { $0.commandTimeout = .milliseconds(500) }
        _ = try await connection.execute(RedisCommand("PING"), timeout: .seconds(20))
        proxy.fallSilent()
        let error = await failure { () throws(RedisError) in try await connection.execute(RedisCommand("PING")) }
        #expect(error?.code == .timedOut)
        #expect(try await connection.execute(RedisCommand("PING"), timeout: .seconds(20)).string == "PONG")
        #expect(proxy.connections == 2)
    }

    /// A client that closes while it connects leaves no attempt behind, though the server never answers it.
    @Test @Reactor func closingEndsAnAttemptToConnect() async throws {
        let listener = try FullListener()
        let connection = connect(port: listener.port) { $0.connectTimeout = .seconds(60) }
        let request = try connection.begin(RedisCommand("PING"), timeout: .seconds(60))
        #expect(try await eventually { try listener.attempts == 1 })
        let start = ContinuousClock.now
        connection.close()
        #expect(await failure { () throws(RedisError) in try await request.reply() }?.code == .closed)
        #expect(try await eventually { try listener.attempts == 0 })
        #expect(start.duration(to: .now) < .seconds(10))
    }

    /// `NOAUTH` and the like are answers; this one is none.
    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\n\r\n", "-DENIED Redis is running in protected mode\r\n", ":1\r\n:2\r\n",
    ])
    @Reactor
    func whatIsNoRedisIsNoConnection(answer: String) async throws {
        let server = HangingUpServer(answering: answer)
        server.start()
        defer { server.stop() }
        let connection = connect(port: server.port) { $0.commandTimeout = .seconds(1) }
        let error = await failureOfPing(on: connection) { error in
            !answer.hasPrefix("-DENIED") || error.message.contains("protected mode")
        }
        let code = try #require(error?.code)
        #expect(code == .cannotConnect || code == .connectionLost)
        if answer.hasPrefix("-DENIED") {
            #expect(error?.message.contains("protected mode") == true, "\(error?.message ?? "")")
        }
        connection.close()
    }
}
