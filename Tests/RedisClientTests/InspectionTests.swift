import Reactor
import RedisClient
import RedisServerFixture
import Testing

@Reactor
@Suite("What a server says of itself")
struct InspectionTests {
    @Test("INFO: names and values; headings, empty lines and lines of another form are passed over")
    func parsing() {
        let information = ServerInformation("# Server\r\nredis_version:7.0.15\r\n\r\nnonsense\r\nurl:a:b\r\nport:6379")
        #expect(information["redis_version"] == "7.0.15")
        #expect(information["url"] == "a:b")
        #expect(information.integer("port") == 6_379)
        #expect(information.integer("redis_version") == nil)
        #expect(information["nonsense"] == nil)
    }

    @Test("Sections, parameters, time, types and hashes of a real server")
    func server() async throws {
        let server = try await RedisServer()
        let connection = connect(to: server)
        #expect(try await connection.information("memory")["maxmemory_policy"] == "noeviction")
        #expect(try await connection.configurationValue("appendfsync") == "everysec")
        #expect(try await connection.configurationValue("no-such-parameter") == nil)
        #expect(try await connection.time() > 1_600_000_000_000_000)
        _ = try await connection.execute(RedisCommand("HSET", "h", "a", "1"))
        #expect(try await connection.keyType("h") == "hash")
        #expect(try await connection.keyType("nothing") == "none")
        #expect(try await connection.hash("h").map(\.value) == ["1"])
        #expect(try await connection.hash("nothing").isEmpty)
    }

    @Test("A parameter that this user may not ask for is unknown, not an error")
    func forbidden() async throws {
        let server = try await RedisServer()
        let connection = connect(to: server)
        _ = try await connection.execute(RedisCommand("ACL", "SETUSER", "default", "-config"))
        #expect(try await connection.configurationValue("appendfsync") == nil)
    }

    @Test("A walk over all keys sees each that matches")
    func scan() async throws {
        let server = try await RedisServer()
        let connection = connect(to: server)
        for index in 0..<50 { _ = try await connection.execute(RedisCommand("SET", "a:\(index)", "x")) }
        _ = try await connection.execute(RedisCommand("SET", "b:1", "x"))
        var found: Set<[UInt8]> = []
        var position = "0"
        repeat {
            let step = try await connection.scan(from: position, matching: "a:*", count: 7)
            found.formUnion(step.keys)
            position = step.next
        } while position != "0"
        #expect(found == Set((0..<50).map { Array("a:\($0)".utf8) }))
    }

    @Test("Groups, consumers and what they hold; none where there is no stream or group")
    func consumers() async throws {
        let server = try await RedisServer()
        let connection = connect(to: server)
        #expect(try await connection.groups(of: "s") == nil)
        #expect(try await connection.consumers(of: "g", stream: "s") == nil)
        try await connection.createGroup("g", stream: "s", start: "0")
        #expect(try await connection.groups(of: "s") == ["g"])
        #expect(try await connection.consumers(of: "other", stream: "s") == nil)
        for _ in 0..<2 { _ = try await connection.execute(RedisCommand("XADD", "s", "*", "a", "1")) }
        _ = try await connection.execute(RedisCommand("XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", ">"))
        let consumers = try #require(try await connection.consumers(of: "g", stream: "s"))
        #expect(consumers.map(\.name) == ["c"])
        #expect(consumers.map(\.pending) == [2])

        func held(_ minimum: Duration, limit: Int = 10) async throws -> Int {
            try await connection.holdingTimes(of: "c", group: "g", stream: "s", minimum: minimum, limit: limit).count
        }
        #expect(try await held(.zero) == 2)
        #expect(try await held(.zero, limit: 1) == 1)
        #expect(try await held(.seconds(3_600)) == 0)
    }
}
