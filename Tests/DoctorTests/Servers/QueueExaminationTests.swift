import JobQueue
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@testable import Doctor

@Reactor
@Suite("Doctor: real queues with something wrong")
struct QueueExaminationTests {
    private func surgery(holding count: Int, by consumer: String) async throws -> Surgery {
        let surgery = try Surgery(try await RedisServer())
        for lane in Lane.allCases {
            try await surgery.connection.createGroup(JobKeys.group, stream: surgery.keys.jobs(lane), start: "0")
        }
        let lane = surgery.keys.jobs(.save)
        for _ in 0..<count { try await surgery.run("XADD", lane, "*", "v", "1") }
        try await surgery.run("XREADGROUP", "GROUP", JobKeys.group, consumer, "STREAMS", lane, ">")
        return surgery
    }

    @Test("A worker that died while it held jobs, and one that lives")
    func orphans() async throws {
        let surgery = try await surgery(holding: 3, by: "gone-1")
        let alone = await surgery.examine()
        #expect(alone.severities("workers") == [.warning])
        #expect(alone.findings("workers")[0].text.contains("gone-1 is gone"))
        #expect(alone.findings("workers")[0].text.contains("3 entries (save 3)"))
        #expect(alone.findings("workers")[0].remedy == ["memoir worker"])

        try await surgery.run("HSET", surgery.keys.worker("alive-1"), "seen_at", "1")
        // It has not claimed anything yet.
        let lane = surgery.keys.jobs(.bulk)
        try await surgery.connection.createConsumer("alive-1", group: JobKeys.group, stream: lane)
        #expect(await surgery.examine().severities("workers") == [.ok, .note])
    }

    @Test("Entries that a living worker has held for long")
    func held() async throws {
        let surgery = try await surgery(holding: 2, by: "alive-1")
        try await surgery.run("HSET", surgery.keys.worker("alive-1"), "seen_at", "1")
        #expect(await surgery.examine().severities("held entries") == [.ok])
        let lane = surgery.keys.jobs(.save)
        for id in try await entryIDs(surgery, lane) {
            try await surgery.run("XCLAIM", lane, JobKeys.group, "alive-1", "0", id, "IDLE", "600000", "JUSTID")
        }
        let diagnoses = await surgery.examine()
        #expect(diagnoses.severities("held entries") == [.warning])
        #expect(
            diagnoses.findings("held entries")[0].text.contains("alive-1 lives and has held 2 of save for up to 10 min")
        )
        // What was claimed before the lane was paused rests with it.
        try await surgery.run("HSET", surgery.keys.paused, "save", "1764072000000")
        #expect(await surgery.examine().severities("held entries") == [.ok])
    }

    @Test("A full lane and a paused one")
    func lanes() async throws {
        let surgery = try await surgery(holding: 2, by: "gone-1")
        try await surgery.run("HSET", surgery.keys.limits, "save", "2", "bulk", "10")
        let since = try await surgery.connection.time() / 1_000 - 7_200_000
        try await surgery.run("HSET", surgery.keys.paused, "bulk", "\(since)")
        let findings = await surgery.examine().findings("lanes")
        #expect(findings.map(\.severity) == [.failure, .warning])
        #expect(findings.map(\.text)[0].contains("queue_full"))
        #expect(findings.map(\.text)[1].contains("paused for 2 h"))
        #expect(findings[1].remedy == ["memoir resume bulk"])
    }

    @Test("Dead letters, by code")
    func deadLetters() async throws {
        let surgery = try await surgery(holding: 0, by: "gone-1")
        for code in ["invalid_job", "poison", "invalid_job"] {
            try await surgery.run("XADD", surgery.keys.dead, "*", "content", "x", "_code", code)
        }
        let findings = await surgery.examine().findings("dead letters")
        #expect(findings.map(\.text) == ["3; of the newest 3: invalid_job 2, poison 1"])
    }

    @Test("Keys that nobody knows, and results that stay")
    func keyspace() async throws {
        let surgery = try await surgery(holding: 0, by: "gone-1")
        try await surgery.run("SET", "memory:{0}:notes", "x")
        try await surgery.run("SET", "another:{0}:notes", "x")
        try await surgery.run("SET", "memory:{0}:result:1", "x", "EX", "60")
        try await surgery.run("SET", "memory:{0}:result:2", "x")
        let findings = await surgery.examine().findings("other keys")
        #expect(findings.map(\.severity) == [.warning, .note])
        #expect(findings[0].text.contains("1 of 2 results would stay for ever, such as memory:{0}:result:2"))
        #expect(findings[0].remedy[0].hasSuffix("EXPIRE 'memory:{0}:result:2' 86400"))
        #expect(findings[1].text.contains("1 of 7 under this prefix have names unknown to Memoir: memory:{0}:notes"))
    }

    private func entryIDs(_ surgery: Surgery, _ lane: String) async throws -> [String] {
        var cursor = try await surgery.run("XRANGE", lane, "-", "+").cursor
        var ids: [String] = []
        for _ in 0..<(try cursor.array() ?? 0) {
            _ = try cursor.array()
            if let id = try cursor.string() { ids.append(String(decoding: id, as: UTF8.self)) }
            try cursor.skip()
        }
        return ids
    }
}
