import JobQueue
import Logging
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(2)))
struct ServerProbeTests {
    /// What the server says it can do, it does; what it says it cannot, it refuses.
    @Test(arguments: RedisBinary.available) @Reactor
    func whatIsFoundIsTrue(binary: RedisBinary) async throws {
        let server = try await RedisServer(on: binary)
        let connection = server.connection()
        let found = try await ServerProbe(connection: connection).capabilities()
        let version = try await connection.string("INFO", "server") ?? ""
        #expect(found.product == (version.contains("valkey_version") ? .valkey : .redis))
        #expect(version.contains("\(found.product)_version:\(found.version)"))
        try await connection.createGroup("g", stream: "{0}s", start: "0")
        func works(_ command: RedisCommand) async throws -> Bool {
            try await connection.pipeline(command)[0].error == nil
        }
        #expect(
            try await works(RedisCommand("XACKDEL", "{0}s", "g", "IDS", "1", "1-1")) == found.acknowledgesAndDeletes
        )
        #expect(try await works(RedisCommand("XDELEX", "{0}s", "IDS", "1", "1-1")) == found.deletesWithReferences)
        #expect(try await works(RedisCommand("XNACK", "{0}s", "g", "SILENT", "IDS", "1", "1-1")) == found.givesBack)
        let read = RedisCommand("XREADGROUP", "GROUP", "g", "c", "CLAIM", "1000", "STREAMS", "{0}s", ">")
        #expect(try await works(read) == found.claimsWhileReading)
        let add = RedisCommand("XADD", "{0}s", "IDMP", "producer", "1", "*", "f", "v")
        #expect(try await works(add) == found.addsIdempotently)
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func aServerIsAskedOnceForEachConnection(binary: RedisBinary) async throws {
        let server = try await RedisServer(on: binary)
        let connection = server.connection()
        let probe = ServerProbe(connection: connection)
        func asked() async throws -> Int? { try await connection.commandCalls()["command|info"] }
        let tasks = (0..<100).map { _ in Task { try await probe.capabilities() } }
        var all: [ServerCapabilities] = []
        for task in tasks { all.append(try await task.value) }
        for _ in 0..<100 { all.append(try await probe.capabilities()) }
        #expect(Set(all.map(\.version.description)).count == 1)
        #expect(try await asked() == 1)

        _ = try await server.connection().execute(RedisCommand("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"))
        // The first command may meet the end of the old connection.
        while (try? await connection.execute(RedisCommand("PING"))) == nil {}
        for _ in 0..<10 { _ = try await probe.capabilities() }
        #expect(try await asked() == 2)
    }

    /// Who may not ask gets along without.
    @Test(arguments: RedisBinary.available) @Reactor
    func aUserWhoMayNotAskIsShownNothing(binary: RedisBinary) async throws {
        let server = try await RedisServer(on: binary)
        _ = try await server.connection()
            .execute(RedisCommand("ACL", "SETUSER", "w", "on", ">p", "~*", "+@all", "-info", "-command"))
        var configuration = server.configuration
        configuration.username = "w"
        configuration.password = "p"
        let connection = RedisConnection(configuration: configuration, logger: .init(label: "test"))
        #expect(try await ServerProbe(connection: connection).capabilities() == ServerCapabilities())
    }
}
