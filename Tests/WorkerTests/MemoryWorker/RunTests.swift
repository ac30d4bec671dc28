import JSON
import JobQueue
import Memory
import Reactor
import RedisClient
import RedisServerFixture
import Testing
import VectorStore

@testable import Worker

@Reactor
@Suite("MemoryWorker: jobs of runs", .timeLimit(.minutes(1)))
struct RunTests {
    private let run = "run-1"

    private func fleet(hasTally: Bool = true) async throws -> Fleet {
        let fleet = try await Fleet()
        guard hasTally else { return fleet }
        _ = try await fleet.redis.integer("HSET", fleet.keys.tally(run), "ok", "0")
        _ = try await fleet.redis.integer("EXPIRE", fleet.keys.tally(run), "1000")
        return fleet
    }

    private func save(_ fleet: Fleet, _ id: String, _ text: String? = nil, _ fields: [String: String] = [:])
        async throws
    {
        let own = ["content": text ?? id, "collection": "c", "run": run, "ttl": "0", "source": "s:\(id)"]
        try await fleet.add(.save, id, lane: .bulk, own.merging(fields) { $1 })
    }

    private func tally(_ fleet: Fleet) async throws -> RunTally? {
        try await Runs(connection: fleet.redis, keys: fleet.keys).tally(of: run)
    }

    private func failures(_ fleet: Fleet) async throws -> [String] {
        var failures = RunFailures(of: run, connection: fleet.redis, keys: fleet.keys)
        var all: [String] = []
        while let page = try await failures.next() { all += page.map { "\($0.source) \($0.code)" } }
        return all.sorted()
    }

    @Test("Saves are counted and told apart from those that were there; none keeps a result")
    func saves() async throws {
        let fleet = try await fleet()
        let worker = try fleet.start()
        for number in 0..<30 {
            try await save(fleet, "\(number)", "text \(number % 10)", ["source": "s", "key": "\(number % 10)"])
        }
        try await fleet.add(.forget, "f", lane: .bulk, ["collection": "c", "key": "k", "run": run, "ttl": "0"])
        try await fleet.drained()
        #expect(try await tally(fleet) == RunTally(ok: 31, error: 0, expired: 0, deduped: 20))
        #expect(try await fleet.redis.strings("KEYS", "*result*").isEmpty)
        #expect(try await fleet.announcements().count == 31)
        #expect(try await failures(fleet).isEmpty)
        #expect(try await fleet.leakedKeys() == [])
        try await worker.stop()
    }

    @Test("Where a memory comes from stands in its payload, and another place is another memory")
    func source() async throws {
        let fleet = try await fleet()
        let worker = try fleet.start()
        try await save(fleet, "1", "text", ["key": "k", "source": #"postgres:["1"]"#])
        try await fleet.drained()
        let payload = try #require(fleet.store.points(in: "c").values.first)
        let bookkeeping = try #require(try JSONValue(parsing: Array(payload.utf8))["_memoir"])
        #expect(bookkeeping["source"] == .string(#"postgres:["1"]"#))
        try await save(fleet, "2", "text", ["key": "k", "source": #"postgres:["1"]"#])
        try await save(fleet, "3", "text", ["key": "k", "source": #"postgres:["2"]"#])
        try await fleet.drained()
        #expect(try await tally(fleet) == RunTally(ok: 3, error: 0, expired: 0, deduped: 1))
        #expect(fleet.store.points(in: "c").values.allSatisfy { $0.contains(#"postgres:[\"2\"]"#) })
        try await worker.stop()
    }

    @Test("However a job comes to nothing, it is counted, with the reason", arguments: [true, false])
    func failed(hasTally: Bool) async throws {
        let fleet = try await fleet(hasTally: hasTally)
        fleet.embeddings.refused = ["refused"]
        for (id, fields) in [
            ("invalid", ["metadata": "["]), ("unknown", ["collection": "nowhere"]), ("empty", ["content": " "]),
            ("late", ["deadline": "1"]), ("refused", ["content": "refused"]), ("good", [:]), ("cancelled", [:]),
        ] {
            try await save(fleet, id, nil, fields)
        }
        try await save(fleet, "untyped", nil, ["type": "remember"])
        // Whoever had it died of it, again and again.
        try await fleet.add(
            .save,
            "poison",
            lane: .save,
            [
                "content": "p", "collection": "c", "run": run, "ttl": "0", "source": "s:poison",
            ]
        )
        let entry = try #require(try await fleet.claim(.save, as: "gone", count: 1).first)
        _ = try await fleet.redis.strings(
            "XCLAIM",
            fleet.keys.jobs(.save),
            JobKeys.group,
            "gone",
            "0",
            entry,
            "RETRYCOUNT",
            "50",
            "JUSTID"
        )
        try await fleet.cancel("cancelled")
        let worker = try fleet.start()
        try await fleet.drained()
        if hasTally {
            #expect(try await tally(fleet) == RunTally(ok: 1, error: 7, expired: 1, deduped: 0))
            #expect(
                try await failures(fleet) == [
                    "s:cancelled cancelled", "s:empty invalid_job", "s:invalid invalid_job", "s:late expired",
                    "s:poison poison", "s:refused embedding_refused", "s:unknown invalid_job", "s:untyped invalid_job",
                ]
            )
        } else {
            #expect(try await fleet.redis.strings("KEYS", "*\(run)*").isEmpty)
        }
        // What cannot be counted as wanted keeps the result that says so.
        #expect(try await fleet.redis.strings("KEYS", "*result*") == [fleet.keys.result("untyped")])
        #expect(try await fleet.leakedKeys() == [])
        try await worker.stop()
    }

    @Test("Refused at once, or when the attempts are spent: counted once")
    func givenUp() async throws {
        let fleet = try await fleet()
        fleet.embeddings.broken = ["broken"]
        let worker = try fleet.start {
            $0.maximumAttempts = 2
            $0.attemptBackoff = Backoff(initial: .milliseconds(5), maximum: .milliseconds(10))
        }
        try await save(fleet, "broken")
        for number in 0..<5 { try await save(fleet, "good \(number)") }
        try await fleet.until("all are counted") { try await self.tally(fleet)?.finished == 6 }
        #expect(try await tally(fleet) == RunTally(ok: 5, error: 1, expired: 0, deduped: 0))
        #expect(try await failures(fleet).count == 1)
        try await worker.stop()
    }

    @Test("What a worker left behind is counted once, whoever finishes it")
    func adopted() async throws {
        let fleet = try await fleet()
        for number in 0..<50 { try await save(fleet, "\(number)") }
        try await fleet.claim(.bulk, as: "gone", count: 30)
        let workers = [try fleet.start("w1"), try fleet.start("w2")]
        try await fleet.drained()
        #expect(try await tally(fleet)?.ok == 50)
        for worker in workers { try await worker.stop() }
    }
}

extension JobKeys {
    fileprivate func result(_ id: String) -> String { String(decoding: result(ArraySlice(id.utf8)), as: UTF8.self) }
}
