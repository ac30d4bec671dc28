import JSON
import JobQueue
import Memory
import Reactor
import RedisClient
import RedisServerFixture
import Testing
import Worker

@Reactor
@Suite("MemoryWorker: order of writes", .timeLimit(.minutes(1)))
struct WriteOrderTests {
    @Test("The later of two writes to one key stands, though its text is embedded sooner")
    func laterWriteStands() async throws {
        let fleet = try await Fleet()
        fleet.embeddings.turnstile.holds = { $0.contains("v1") }
        let worker = try fleet.start()
        try await fleet.save("1", "v1", key: "k")
        try await fleet.until("v1 is being embedded") { fleet.embeddings.calls == [["v1"]] }
        try await fleet.save("2", "v2", key: "k")
        try await fleet.save("3", "other", key: "l")
        #expect(try await fleet.result("3").status == .ok)
        #expect(try await fleet.answer("2") == nil)
        fleet.embeddings.turnstile.holds = { _ in false }
        #expect(try await fleet.result("1").status == .ok)
        #expect(try await fleet.result("2").status == .ok)
        let contents = fleet.store.points(in: "c").values.map { $0.contains("\"v2\"") || $0.contains("\"other\"") }
        #expect(contents == [true, true])
        try await worker.stop()
    }

    @Test("A forget between two saves of a key takes its place between them")
    func forgetKeepsItsPlace() async throws {
        let fleet = try await Fleet()
        fleet.embeddings.turnstile.holds = { $0.contains("v1") }
        let worker = try fleet.start()
        try await fleet.save("1", "v1", key: "k")
        try await fleet.add(.forget, "2", ["collection": "c", "key": "k"])
        try await fleet.save("3", "v3", key: "k")
        try await fleet.save("4", "v4", key: "l")
        try await fleet.add(.forget, "5", ["collection": "c", "key": "l"])
        try await fleet.until("all are claimed") { try await fleet.pending(.save) >= 3 }
        fleet.embeddings.turnstile.holds = { _ in false }
        try await fleet.drained()
        #expect(fleet.store.points(in: "c").values.map { $0.contains("\"v3\"") } == [true])
        #expect(try await fleet.result("2").result["forgotten"] == .integer(1))
        try await worker.stop()
    }

    @Test("Saves of the very same memory share one write, and all but the first say so")
    func twins() async throws {
        let fleet = try await Fleet()
        fleet.store.turnstile.holds = { _ in true }
        let worker = try fleet.start()
        for id in ["1", "2", "3"] { try await fleet.save(id, "same") }
        try await fleet.until("all are claimed") { try await fleet.pending(.save) == 3 }
        try await fleet.until("the write is under way") { fleet.store.calls.count == 1 }
        fleet.store.turnstile.holds = { _ in false }
        let results = [try await fleet.result("1"), try await fleet.result("2"), try await fleet.result("3")]
        #expect(results.map { $0.result["deduped"] } == [.bool(false), .bool(true), .bool(true)])
        #expect(Set(results.compactMap { $0.result["id"].map { "\($0)" } }).count == 1)
        #expect(fleet.store.calls == [.upsert("c", points: 1)])
        try await worker.stop()
    }

    @Test("When a write fails for good, the next write of its key goes on")
    func failedWrite() async throws {
        let fleet = try await Fleet()
        fleet.embeddings.refused = ["v1"]
        fleet.embeddings.turnstile.holds = { $0.contains("v1") }
        let worker = try fleet.start()
        try await fleet.save("1", "v1", key: "k")
        try await fleet.save("2", "v2", key: "k")
        try await fleet.until("both are claimed") { try await fleet.pending(.save) == 2 }
        fleet.embeddings.turnstile.holds = { _ in false }
        #expect(try await fleet.result("1").errorCode == "embedding_refused")
        #expect(try await fleet.result("2").status == .ok)
        try await worker.stop()
    }
}
