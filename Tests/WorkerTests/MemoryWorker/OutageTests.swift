import Embeddings
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
@Suite("MemoryWorker: services that are away", .timeLimit(.minutes(1)))
struct OutageTests {
    nonisolated static let providerCodes: [EmbeddingError.Code] = [
        .passing, .invalidKey, .quotaExhausted, .misconfigured, .invalidResponse,
    ]

    @Test(
        "No job fails for a provider that is away: one probe at a time, with backoff, until it is back",
        arguments: providerCodes
    )
    func provider(_ code: EmbeddingError.Code) async throws {
        let fleet = try await Fleet()
        fleet.limits = EmbeddingLimits(maximumInputs: 3)
        fleet.embeddings.failure = EmbeddingError(code, "down for a test")
        let worker = try fleet.start()
        try await fleet.add((0..<20).map { (.embed, "t\($0)", nil, ["content": "t\($0)"]) })
        try await fleet.until("the first calls have failed") { fleet.embeddings.calls.count >= 6 }
        let failed = fleet.embeddings.calls.count
        try await Task.sleep(for: .milliseconds(200))
        // The shortest wait is a tenth of the backoff's 40 ms.
        #expect((1...55).contains(fleet.embeddings.calls.count - failed))
        #expect(try await fleet.announcements().isEmpty)
        #expect(try await fleet.pending(.embed) == 20)
        try await fleet.until("the heartbeat says so") {
            try await fleet.redis.string("HGET", fleet.keys.worker("w1"), "embedding_problem") == "down for a test"
        }
        let state = try await fleet.redis.string("HGET", fleet.keys.worker("w1"), "embedding_circuit")
        #expect(state == "open" || state == "half_open")
        let failures = try await fleet.redis.string("HGET", fleet.keys.worker("w1"), "embedding_circuit_failures")
        #expect(failures.flatMap { Int($0) } ?? 0 > 1)

        fleet.embeddings.failure = nil
        try await fleet.drained()
        #expect(try await fleet.announcements().map(\.status) == Array(repeating: "ok", count: 20))
        #expect(try await fleet.result("t0").json["attempts"] == .integer(1))
        try await fleet.until("the heartbeat says that it is over") {
            try await fleet.redis.string("HGET", fleet.keys.worker("w1"), "embedding_circuit") == "closed"
        }
        let events = fleet.log.notableEvents.filter { $0.hasPrefix("embedding_") }
        #expect(events == ["embedding_generation_failed", "embedding_generation_recovered"])
        try await worker.stop()
    }

    @Test("While the provider is away, one call is out at a time")
    func oneProbe() async throws {
        let fleet = try await Fleet()
        fleet.limits = EmbeddingLimits(maximumInputs: 1)
        fleet.embeddings.failure = EmbeddingError(.passing, "down for a test")
        let worker = try fleet.start()
        try await fleet.embed("first")
        try await fleet.until("the circuit is open") { fleet.embeddings.calls.count >= 2 }
        fleet.embeddings.turnstile.holds = { _ in true }
        try await fleet.until("a probe is out") { fleet.embeddings.callsAtOnce == 1 }
        try await fleet.add((0..<10).map { (.embed, "t\($0)", nil, ["content": "t\($0)"]) })
        try await fleet.until("all are claimed") { try await fleet.pending(.embed) == 11 }
        try await Task.sleep(for: .milliseconds(100))
        #expect(fleet.embeddings.callsAtOnce == 1)
        fleet.embeddings.failure = nil
        fleet.embeddings.turnstile.holds = { _ in false }
        try await fleet.drained()
        try await worker.stop()
    }

    nonisolated static let storeCodes: [VectorStoreError.Code] = [
        .passing, .invalidKey, .misconfigured, .invalidResponse,
    ]

    @Test("No job fails for a store that is away", arguments: storeCodes)
    func store(_ code: VectorStoreError.Code) async throws {
        let fleet = try await Fleet()
        fleet.store.failures[""] = VectorStoreError(code, "down for a test")
        let worker = try fleet.start { $0.upsertPoints = 3 }
        try await fleet.add((0..<10).map { (.save, "t\($0)", nil, ["content": "t\($0)", "collection": "c"]) })
        try await fleet.search("s")
        try await fleet.add(.forget, "f", ["collection": "c", "key": "k"])
        try await fleet.until("calls have failed") { fleet.store.calls.count >= 6 }
        let failed = fleet.store.calls.count
        try await Task.sleep(for: .milliseconds(200))
        // Each kind of call has a probe of its own.
        #expect((1...160).contains(fleet.store.calls.count - failed))
        #expect(try await fleet.announcements().isEmpty)
        try await fleet.until("the heartbeat says so") {
            try await fleet.redis.string("HGET", fleet.keys.worker("w1"), "store_problem") == "down for a test"
        }
        let state = try await fleet.redis.string("HGET", fleet.keys.worker("w1"), "store_circuit")
        #expect(state == "open" || state == "half_open")

        fleet.store.failures = [:]
        try await fleet.drained()
        #expect(try await fleet.announcements().map(\.status) == Array(repeating: "ok", count: 12))
        #expect(fleet.embeddings.textCount == 11, "what is embedded is not embedded again")
        let events = fleet.log.notableEvents.filter { $0.hasPrefix("qdrant_") }
        #expect(events == ["qdrant_unavailable", "qdrant_recovered"])
        try await worker.stop()
    }

    @Test("A text for which the provider always fails spends its attempts and ends; nobody else is held up or fails")
    func culprit() async throws {
        let fleet = try await Fleet()
        fleet.embeddings.broken = ["bad"]
        let worker = try fleet.start {
            $0.maximumAttempts = 2
            $0.attemptBackoff = Backoff(initial: .milliseconds(10), maximum: .milliseconds(20))
        }
        let ids = (0..<30).map { $0 == 11 ? "bad" : "t\($0)" }
        try await fleet.add(ids.map { (.embed, $0, nil, ["content": $0]) })
        try await fleet.save("saved", "bad")
        for id in ids where id != "bad" { #expect(try await fleet.result(id).json["attempts"] == .integer(1)) }
        for id in ["bad", "saved"] {
            let failed = try await fleet.result(id)
            #expect(failed.errorCode == "embedding_failed")
            #expect(failed.json["attempts"] == .integer(2))
        }
        try await fleet.embed("later")
        #expect(try await fleet.result("later").status == .ok)
        #expect(try await fleet.redis.streamLength(fleet.keys.dead) == 2)
        try await worker.stop()
    }

    @Test("A job whose deadline passes during an outage is answered expired; the others wait on")
    func deadlineDuringOutage() async throws {
        let fleet = try await Fleet()
        fleet.embeddings.failure = EmbeddingError(.passing, "down for a test")
        let worker = try fleet.start()
        try await fleet.embed("hasty", "same", deadline: WallClock.milliseconds + 150)
        try await fleet.embed("patient", "same")
        #expect(try await fleet.result("hasty").status == .expired)
        #expect(try await fleet.answer("patient") == nil)
        fleet.embeddings.failure = nil
        #expect(try await fleet.result("patient").status == .ok)
        try await worker.stop()
    }

    @Test("A job whose deadline passes while the store is away is answered expired")
    func deadlineDuringStoreOutage() async throws {
        let fleet = try await Fleet()
        fleet.store.failures[""] = VectorStoreError(.passing, "down for a test")
        let worker = try fleet.start()
        let deadline = "\(WallClock.milliseconds + 150)"
        try await fleet.add(.save, "v", ["content": "v", "collection": "c", "deadline": deadline])
        try await fleet.add(.search, "s", ["query": "s", "collection": "c", "deadline": deadline])
        try await fleet.add(.forget, "f", ["key": "f", "collection": "c", "deadline": deadline])
        for id in ["v", "s", "f"] { #expect(try await fleet.result(id).status == .expired) }
        try await worker.stop()
    }

    @Test("A job whose deadline passes while it waits for a slot is not run")
    func deadlineWhileWaiting() async throws {
        let fleet = try await Fleet()
        fleet.embeddings.turnstile.holds = { $0 == ["first"] }
        let worker = try fleet.start { $0.embeddingConcurrency = 1 }
        try await fleet.embed("first")
        try await fleet.until("the slot is taken") { fleet.embeddings.callsAtOnce == 1 }
        try await fleet.embed("late", deadline: WallClock.milliseconds + 400)
        try await fleet.embed("in time", deadline: WallClock.milliseconds + 60_000)
        try await fleet.until("all are claimed") { try await fleet.pending(.embed) == 3 }
        try await Task.sleep(for: .milliseconds(410))
        fleet.embeddings.turnstile.holds = { _ in false }
        #expect(try await fleet.result("late").status == .expired)
        #expect(try await fleet.result("in time").status == .ok)
        #expect(fleet.embeddings.calls == [["first"], ["in time"]])
        try await worker.stop()
    }

    @Test("A job that comes after its deadline is not run")
    func deadlineBefore() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        try await fleet.embed("late", deadline: 1)
        #expect(try await fleet.result("late").status == .expired)
        #expect(fleet.embeddings.calls.isEmpty)
        try await worker.stop()
    }

    @Test("When a save expires, its twin without a deadline takes its place")
    func heir() async throws {
        let fleet = try await Fleet()
        fleet.store.failures[""] = VectorStoreError(.passing, "down for a test")
        let worker = try fleet.start()
        let deadline = "\(WallClock.milliseconds + 150)"
        try await fleet.add(.save, "1", ["content": "same", "collection": "c", "deadline": deadline])
        try await fleet.save("2", "same")
        try await fleet.save("3", "same")
        #expect(try await fleet.result("1").status == .expired)
        fleet.store.failures = [:]
        #expect(try await fleet.result("2").result["deduped"] == .bool(false))
        #expect(try await fleet.result("3").result["deduped"] == .bool(true))
        try await worker.stop()
    }
}
