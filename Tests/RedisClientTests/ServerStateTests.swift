import Foundation
import Reactor
import RedisClient
import RedisServerFixture
import Testing

/// A server that answers and refuses for a while: the error says so, the connection stays, and all is well afterwards.
@Suite(.timeLimit(.minutes(2)))
struct ServerStateTests {
    private static let set = RedisCommand("SET", "key", "value")

    @Reactor
    private static func serverCode(_ connection: RedisConnection, _ command: RedisCommand) async -> String? {
        await failure { () throws(RedisError) in try await connection.execute(command) }?.serverCode
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func loading(binary: RedisBinary) async throws {
        // 300 µs for each of 8,000 entries, and clients are answered after each thousand.
        let server = try await RedisServer(on: binary, "--appendonly", "yes", "--key-load-delay", "300")
        let first = connect(to: server)
        var command = RedisCommand(capacity: 400_000)
        for number in 0..<8_000 {
            command.begin("SET", arguments: 2)
            command.append("key:\(number)")
            command.append("value")
        }
        #expect(try await first.pipeline(command).allSatisfy { $0.error == nil })
        server.kill()
        try await server.start()

        let connection = connect(to: server) { $0.commandTimeout = .seconds(20) }
        var refusals = 0
        while let error = await failure({ () throws(RedisError) in try await connection.execute(Self.set) }) {
            #expect(error.serverCode == "LOADING" && error.isPassing)
            refusals += 1
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(refusals > 0 && refusals < 100)
        #expect(connection.epoch == 1)
        #expect(try await connection.integer("EXISTS", "key:7999") == 1)
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func outOfMemory(binary: RedisBinary) async throws {
        let server = try await RedisServer(on: binary)
        let connection = connect(to: server)
        _ = try await connection.execute(RedisCommand("CONFIG", "SET", "maxmemory", "1"))
        let error = await failure { () throws(RedisError) in try await connection.execute(Self.set) }
        #expect(error?.serverCode == "OOM" && error?.isPassing == true)
        #expect(try await connection.execute(RedisCommand("GET", "key")).kind == .null)
        _ = try await connection.execute(RedisCommand("CONFIG", "SET", "maxmemory", "0"))
        _ = try await connection.execute(Self.set)
        #expect(connection.epoch == 1)
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func busyWithAScript(binary: RedisBinary) async throws {
        let server = try await RedisServer(on: binary, "--busy-reply-threshold", "1")
        let connection = connect(to: server) { $0.commandTimeout = .seconds(20) }
        let other = connect(to: server)
        _ = try await connection.execute(RedisCommand("PING"))
        let script = try other.begin(
            RedisCommand("EVAL", "while true do end", "0"),
            timeout: .seconds(60),
            atOnce: true
        )
        var error: RedisError?
        #expect(
            await eventually {
                error = await failure { () throws(RedisError) in try await connection.execute(Self.set) }
                return error != nil
            }
        )
        #expect(error?.serverCode == "BUSY" && error?.isPassing == true)
        // Some servers let a database be chosen meanwhile; with others the attempt is made again.
        let database = connect(to: server) {
            $0.database = 2
            $0.commandTimeout = .milliseconds(300)
        }
        let refused = await failureOfPing(on: database) { $0.message.contains("BUSY") }
        #expect(refused?.message.contains("BUSY") == true && refused?.isPassing == true)
        _ = try await connection.execute(RedisCommand("SCRIPT", "KILL"))
        #expect(await failure { () throws(RedisError) in try await script.reply() }?.code == .server)
        _ = try await connection.execute(Self.set)
        #expect(connection.epoch == 1)
        #expect(
            await failuresUntilSuccess(within: .seconds(20)) { () throws(RedisError) in
                _ = try await database.execute(RedisCommand("PING"))
            } != nil
        )
    }

    /// The last snapshot failed, its folder being gone: no write is taken until one succeeds.
    @Test(arguments: RedisBinary.available) @Reactor
    func aDiskThatCannotBeWritten(binary: RedisBinary) async throws {
        let server = try await RedisServer(on: binary)
        let connection = connect(to: server)
        let folder = server.folder.appendingPathComponent("gone")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        _ = try await connection.execute(RedisCommand("CONFIG", "SET", "dir", folder.path))
        _ = try await connection.execute(RedisCommand("CONFIG", "SET", "save", "3600 1000000"))
        try FileManager.default.removeItem(at: folder)
        _ = try await connection.execute(Self.set)
        _ = try await connection.execute(RedisCommand("BGSAVE"))
        #expect(await eventually { await Self.serverCode(connection, Self.set) == "MISCONF" })
        #expect(try await connection.string("GET", "key") == "value")
        _ = try await connection.execute(RedisCommand("CONFIG", "SET", "dir", server.folder.path))
        _ = try await connection.execute(RedisCommand("BGSAVE"))
        #expect(await eventually { await Self.serverCode(connection, Self.set) == nil })
        #expect(connection.epoch == 1)
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func aGroupThatIsGone(binary: RedisBinary) async throws {
        let server = try await RedisServer(on: binary)
        let connection = connect(to: server)
        func read() async throws -> Int {
            let reply = try await connection.beginReadGroup(
                "g",
                consumer: "c",
                stream: "s",
                count: 10,
                block: .milliseconds(1),
                commandTimeout: .seconds(20)
            ).reply()
            return try StreamEntries(readGroup: reply).count
        }
        try await connection.createGroup("g", stream: "s", start: "0")
        #expect(try await read() == 0)
        _ = try await connection.execute(RedisCommand("FLUSHALL"))
        _ = try await connection.execute(RedisCommand("XADD", "s", "*", "f", "v"))
        let error = await #expect(throws: RedisError.self) { try await read() }
        #expect(error?.serverCode == "NOGROUP")
        #expect(try await connection.pendingCount("g", stream: "s") == nil)
        // What came before the group is the group's.
        #expect(try await connection.createGroup("g", stream: "s", start: "0"))
        #expect(try await read() == 1)
        #expect(connection.epoch == 1)
    }
}
