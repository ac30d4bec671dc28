import Foundation
import Reactor
import RedisClient
import RedisServerFixture
import Testing

/// The server that an address leads to is not the right one any more, or does not know us any more.
@Suite(.timeLimit(.minutes(2)))
struct FailoverTests {
    private static let set = RedisCommand("SET", "key", "value")

    @Reactor
    private static func demote(_ server: RedisServer) async throws {
        // A primary that nobody reaches: the replica keeps its data and answers reads.
        let port = try FreePort.find()
        _ = try await connect(to: server).execute(RedisCommand("REPLICAOF", "127.0.0.1", "\(port)"))
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func anAddressThatMovedIsFollowed(binary: RedisBinary) async throws {
        let old = try await RedisServer(on: binary)
        let new = try await RedisServer(on: binary)
        let proxy = try FaultyProxy(to: old.port)
        defer { proxy.stop() }
        let connection = connect(port: proxy.port) { $0.commandTimeout = .seconds(20) }
        _ = try await connection.execute(Self.set)
        try await Self.demote(old)

        var pipeline = RedisCommand("GET", "key")
        pipeline.begin("DEL", arguments: 1)
        pipeline.append("key")
        pipeline.begin("GET", arguments: 1)
        pipeline.append("key")
        let request = try connection.begin(pipeline)
        let behind = try connection.begin(RedisCommand("ECHO", "behind"))
        // What was sent is answered, each in its turn.
        #expect(try await request.replies().map(\.kind) == [.string, .error, .string])
        #expect(try await behind.reply().string == "behind")
        #expect(try await connection.execute(RedisCommand("ECHO", "after")).string == "after")
        #expect(connection.epoch == 2 && proxy.connections == 2)

        let start = ContinuousClock.now
        while start.duration(to: .now) < .seconds(2) {
            let error = await failure { () throws(RedisError) in try await connection.execute(Self.set) }
            #expect(error?.serverCode == "READONLY" && error?.isPassing == true)
        }
        // A command each, as there is nothing to send while there is no connection.
        #expect(proxy.connections <= 30)
        proxy.lead(to: new.port)
        let failures = await failuresUntilSuccess(within: .seconds(20)) { () throws(RedisError) in
            _ = try await connection.execute(Self.set)
        }
        #expect(failures?.allSatisfy { $0.serverCode == "READONLY" } == true)
        #expect(try await connect(to: new).string("GET", "key") == "value")
        // And there it stays.
        let epoch = connection.epoch
        for _ in 0..<10 { _ = try await connection.execute(Self.set) }
        #expect(connection.epoch == epoch)
    }

    /// A path is looked up anew for each connection, as a name is.
    @Test @Reactor func aPathThatMovedIsFollowed() async throws {
        let old = try await RedisServer()
        let new = try await RedisServer()
        let link = old.folder.appendingPathComponent("link.sock").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: old.socketPath)
        let connection = connect(to: old) { $0.endpoint = .unix(path: link) }
        _ = try await connection.execute(Self.set)
        try await Self.demote(old)
        try FileManager.default.removeItem(atPath: link)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: new.socketPath)
        let error = await failure { () throws(RedisError) in try await connection.execute(Self.set) }
        #expect(error?.serverCode == "READONLY")
        _ = try await connection.execute(Self.set)
        #expect(try await connect(to: new).string("GET", "key") == "value")
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func aBlockingReadIsTold(binary: RedisBinary) async throws {
        let server = try await RedisServer(on: binary)
        let connection = connect(to: server)
        let other = connect(to: server)
        let read = try connection.begin(RedisCommand("BLPOP", "list", "0"), timeout: .seconds(60), atOnce: true)
        #expect(try await eventually { try await other.figure("blocked_clients") == 1 })
        try await Self.demote(server)
        let error = await failure { () throws(RedisError) in try await read.reply() }
        #expect(error?.serverCode == "UNBLOCKED" && error?.isPassing == true)
    }

    struct Login: Sendable, CustomTestStringConvertible {
        let before: String
        let after: String
        var testDescription: String { "\"\(before)\" becomes \"\(after)\"" }
    }

    /// The password changes, the server cuts its clients off, and later it is as it was.
    @Test(arguments: RedisBinary.available, [Login(before: "", after: "s"), Login(before: "s", after: "t")]) @Reactor
    func aPasswordThatChangesAndIsSetBack(binary: RedisBinary, login: Login) async throws {
        let server = try await RedisServer(on: binary, "--requirepass", login.before)
        func client() -> RedisConnection {
            connect(to: server) {
                $0.password = login.before.isEmpty ? nil : login.before
                $0.commandTimeout = .seconds(1)
            }
        }
        let administrator = client()
        let connection = client()
        _ = try await connection.execute(RedisCommand("PING"), timeout: .seconds(20))
        _ = try await administrator.execute(RedisCommand("CONFIG", "SET", "requirepass", login.after))
        _ = try await administrator.execute(RedisCommand("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"))
        let before = try #require(try await administrator.figure("total_connections_received"))
        let error = await failureOfPing(on: connection) { $0.code == .authenticationFailed }
        #expect(error?.code == .authenticationFailed && error?.isPassing == true)
        let attempts = try #require(try await administrator.figure("total_connections_received")) - before
        #expect(attempts > 0 && attempts <= 60)
        _ = try await administrator.execute(RedisCommand("CONFIG", "SET", "requirepass", login.before))
        #expect(
            await failuresUntilSuccess(within: .seconds(20)) { () throws(RedisError) in
                _ = try await connection.execute(RedisCommand("PING"))
            } != nil
        )
    }

    /// A client that has nothing to say first learns only from its commands that it must log in.
    @Test(arguments: RedisBinary.available) @Reactor
    func aCommandThatIsRefusedForWantOfALogin(binary: RedisBinary) async throws {
        let server = try await RedisServer(on: binary, "--requirepass", "secret")
        let administrator = connect(to: server) { $0.password = "secret" }
        let connection = connect(to: server) {
            $0.clientName = ""
            $0.commandTimeout = .seconds(20)
        }
        let before = try #require(try await administrator.figure("total_connections_received"))
        let start = ContinuousClock.now
        while start.duration(to: .now) < .seconds(1) {
            let error = await failure { () throws(RedisError) in try await connection.execute(Self.set) }
            #expect(error?.serverCode == "NOAUTH" && error?.isPassing == true)
        }
        let attempts = try #require(try await administrator.figure("total_connections_received")) - before
        #expect(attempts <= 30)
        _ = try await administrator.execute(RedisCommand("CONFIG", "SET", "requirepass", ""))
        #expect(
            await failuresUntilSuccess(within: .seconds(20)) { () throws(RedisError) in
                _ = try await connection.execute(Self.set)
            } != nil
        )
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func aServerThatIsFullForAWhile(binary: RedisBinary) async throws {
        let server = try await RedisServer(on: binary)
        let administrator = connect(to: server)
        let connection = connect(to: server) { $0.commandTimeout = .seconds(2) }
        _ = try await connection.execute(RedisCommand("PING"), timeout: .seconds(20))
        _ = try await administrator.execute(RedisCommand("CONFIG", "SET", "maxclients", "1"))
        _ = try await administrator.execute(RedisCommand("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"))
        let error = await failureOfPing(on: connection) { $0.message.contains("max number of clients") }
        #expect(error?.code == .cannotConnect && error?.message.contains("max number of clients") == true)
        let attempts = try #require(try await administrator.figure("rejected_connections"))
        #expect(attempts > 0 && attempts <= 60)
        _ = try await administrator.execute(RedisCommand("CONFIG", "SET", "maxclients", "100"))
        #expect(
            await failuresUntilSuccess(within: .seconds(20)) { () throws(RedisError) in
                _ = try await connection.execute(RedisCommand("PING"))
            } != nil
        )
    }
}
