import JobQueue
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@testable import Doctor

@Reactor
@Suite("Doctor: real servers with something wrong")
struct RedisExaminationTests {
    @Test("A server as it should be: nothing to mend but what an empty one lacks")
    func healthy() async throws {
        let surgery = try Surgery(try await RedisServer("--appendonly", "yes", "--appendfsync", "always"))
        for lane in Lane.allCases {
            try await surgery.connection.createGroup(JobKeys.group, stream: surgery.keys.jobs(lane), start: "0")
        }
        let diagnoses = await surgery.examine()
        for diagnosis in diagnoses where !["qdrant", "embeddings"].contains(diagnosis.name) {
            #expect(diagnosis.findings.map(\.severity) == [.ok], "\(diagnosis)")
        }
        #expect(diagnoses.findings("redis persistence")[0].text.contains("loses nothing"))
        // The others are examined although these two are away, and what they gate is left out.
        #expect(diagnoses.severities("qdrant") == [.failure])
        #expect(diagnoses.severities("embeddings") == [.failure])
        #expect(!diagnoses.contains { $0.name == "qdrant version" || $0.name.hasPrefix("model") })
        #expect(
            diagnoses.map(\.name) == [
                "drain deadline", "worker id", "redis", "redis version", "redis role", "redis eviction",
                "redis memory", "redis persistence", "clock", "keys", "groups", "lanes", "workers", "circuits",
                "held entries",
                "dead letters", "other keys", "qdrant", "embeddings",
            ]
        )
    }

    @Test("Eviction, no log, no groups")
    func misconfigured() async throws {
        let surgery = try Surgery(try await RedisServer("--maxmemory", "3mb"))
        try await surgery.run("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
        let diagnoses = await surgery.examine()
        #expect(diagnoses.severities("redis eviction") == [.failure])
        #expect(diagnoses.severities("redis persistence") == [.warning])
        #expect(diagnoses.severities("groups") == [.warning])
        let port = "\(surgery.server.port)"
        let remedy = diagnoses.findings("redis eviction")[0].remedy
        #expect(remedy[0] == "redis-cli -h 127.0.0.1 -p \(port) CONFIG SET maxmemory-policy noeviction")
        // What it says mends it does.
        try await surgery.run("CONFIG", "SET", "maxmemory-policy", "noeviction")
        #expect(await surgery.examine().severities("redis eviction") == [.ok])
    }

    @Test("A password that is missing or wrong, and is never repeated")
    func password() async throws {
        let server = try await RedisServer("--requirepass", "a-secret-for-redis")
        for url in ["redis://127.0.0.1:\(server.port)", "redis://:a-wrong-password@127.0.0.1:\(server.port)"] {
            let diagnoses = await (try Surgery(server, url: url)).examine()
            #expect(diagnoses.severities("redis") == [.failure])
            #expect(diagnoses.findings("redis")[0].text.contains("REDIS_PASSWORD"))
            #expect(!diagnoses.contains { $0.name == "redis version" })
            #expect(!"\(diagnoses)".contains("a-wrong-password"))
        }
        let right = try Surgery(server, url: "redis://:a-secret-for-redis@127.0.0.1:\(server.port)")
        let diagnoses = await right.examine()
        #expect(diagnoses.severities("redis") == [.ok])
        #expect(!"\(diagnoses)".contains("a-secret-for-redis"))
        #expect(diagnoses.findings("redis persistence")[0].remedy[0].contains("--askpass"))
    }

    @Test("A user who may neither ask for the configuration nor for information")
    func restrictedUser() async throws {
        let server = try await RedisServer()
        let root = try Surgery(server)
        try await root.run("ACL", "SETUSER", "ann", "on", ">hunter2hunter2", "~*", "&*", "+@all", "-config", "-info")
        let surgery = try Surgery(server, url: "redis://ann:hunter2hunter2@127.0.0.1:\(server.port)")
        let diagnoses = await surgery.examine()
        #expect(diagnoses.severities("redis") == [.ok])
        for check in ["redis version", "redis role", "redis eviction", "redis memory", "redis persistence"] {
            #expect(diagnoses.severities(check) == [.note], "\(check)")
        }
        try await root.run("ACL", "SETUSER", "ann", "+info")
        let informed = await surgery.examine()
        #expect(informed.severities("redis eviction") == [.ok])
        #expect(informed.severities("redis persistence") == [.warning])
    }

    @Test("A server that is away is told once")
    func away() async throws {
        let server = try await RedisServer()
        let surgery = try Surgery(server)
        server.kill()
        let diagnoses = await surgery.examine()
        #expect(diagnoses.severities("redis") == [.failure])
        #expect(diagnoses.count { $0.name.hasPrefix("redis") } == 1)
    }

    @Test("A server that answers nothing holds up nobody for longer than a check may take")
    func paused() async throws {
        let server = try await RedisServer()
        var surgery = try Surgery(server)
        surgery.configuration.checkTimeout = .milliseconds(200)
        server.pause()
        let diagnoses = await surgery.examine()
        server.resume()
        #expect(diagnoses.findings("redis").map(\.text) == ["no answer within 200 ms"])
    }

    @Test("A replica")
    func replica() async throws {
        let surgery = try Surgery(try await RedisServer())
        try await surgery.run("REPLICAOF", "127.0.0.1", "6390")
        let diagnoses = await surgery.examine()
        #expect(diagnoses.severities("redis role") == [.failure])
        #expect(diagnoses.findings("redis role")[0].remedy[0].contains("redis://127.0.0.1:6390/0"))
    }

    @Test("A lane of the wrong type fails, and what reads it says so")
    func wrongType() async throws {
        let surgery = try Surgery(try await RedisServer())
        try await surgery.run("SET", surgery.keys.jobs(.save), "x")
        let diagnoses = await surgery.examine()
        #expect(diagnoses.severities("keys") == [.failure])
        #expect(diagnoses.findings("keys")[0].text == "memory:{0}:jobs:save is a string where a stream should be")
        #expect(diagnoses.severities("groups") == [.warning])
    }
}
