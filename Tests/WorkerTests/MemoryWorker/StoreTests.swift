import JSON
import JobQueue
import Memory
import Reactor
import RedisClient
import RedisServerFixture
import Testing
import VectorStore
import Worker

@Reactor
@Suite("MemoryWorker: the vector store", .timeLimit(.minutes(1)))
struct StoreTests {
    @Test("Saves of many jobs share one upsert, searches one query")
    func sharedCalls() async throws {
        let fleet = try await Fleet()
        fleet.store.turnstile.holds = { $0.contains { $0.contains("first") } }
        let worker = try fleet.start { $0.storeConcurrency = 1 }
        try await fleet.save("first")
        try await fleet.until("the slot is taken") { fleet.store.calls.count == 1 }
        try await fleet.add((0..<20).map { (.save, "v\($0)", nil, ["content": "v\($0)", "collection": "c"]) })
        try await fleet.add((0..<7).map { (.search, "s\($0)", nil, ["query": "s\($0)", "collection": "c"]) })
        try await fleet.until("all texts are embedded") {
            fleet.embeddings.textCount == 28 && fleet.embeddings.callsAtOnce == 0
        }
        fleet.store.turnstile.holds = { _ in false }
        try await fleet.drained()
        #expect(
            fleet.store.calls == [.upsert("c", points: 1), .query("c", queries: 7), .upsert("c", points: 20)]
        )
        #expect(fleet.store.points(in: "c").count == 21)
        try await worker.stop()
    }

    @Test("A filter that the store refuses fails its search alone")
    func refusedFilter() async throws {
        let fleet = try await Fleet()
        fleet.store.refused = "bad_field"
        fleet.store.turnstile.holds = { $0.contains { $0.contains("first") } }
        let worker = try fleet.start { $0.storeConcurrency = 1 }
        try await fleet.save("first")
        try await fleet.until("the slot is taken") { fleet.store.calls.count == 1 }
        for index in 0..<9 {
            try await fleet.search("s\(index)", filters: index == 4 ? #"{"bad_field":1}"# : #"{"good":1}"#)
        }
        try await fleet.until("all texts are embedded") { fleet.embeddings.textCount == 10 }
        fleet.store.turnstile.holds = { _ in false }
        try await fleet.drained()
        for index in 0..<9 where index != 4 { #expect(try await fleet.result("s\(index)").status == .ok) }
        let refused = try await fleet.result("s4")
        #expect(refused.errorCode == "invalid_job")
        #expect(refused.errorMessage?.hasPrefix("filters: ") == true)
        try await worker.stop()
    }

    @Test("A point that the store refuses fails alone")
    func refusedPoint() async throws {
        let fleet = try await Fleet()
        fleet.store.refused = "v3"
        let worker = try fleet.start { $0.storeConcurrency = 1 }
        try await fleet.add((0..<8).map { (.save, "v\($0)", nil, ["content": "v\($0)", "collection": "c"]) })
        try await fleet.drained()
        for index in 0..<8 where index != 3 { #expect(try await fleet.result("v\(index)").status == .ok) }
        #expect(try await fleet.result("v3").errorCode == "store_refused")
        #expect(fleet.store.points(in: "c").count == 7)
        try await worker.stop()
    }

    @Test("A declared collection that the store lacks is made, and the jobs go on")
    func missingCollection() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        try await fleet.add(.save, "1", ["content": "x", "collection": "new"])
        try await fleet.search("2", in: "new")
        #expect(try await fleet.result("1").status == .ok)
        #expect(try await fleet.result("2").status == .ok)
        #expect(Set(fleet.store.provisioned) == ["new"])
        #expect(fleet.store.points(in: "new").count == 1)
        #expect(fleet.log.events.contains("collection_created"))
        try await worker.stop()
    }

    @Test("A collection that stays missing though it was made is asked for with backoff, not in a hot loop")
    func missingForGood() async throws {
        let fleet = try await Fleet()
        fleet.store.canProvision = false
        let worker = try fleet.start()
        try await fleet.add(.save, "1", ["content": "x", "collection": "new"])
        try await fleet.until("it was asked for") { !fleet.store.provisioned.isEmpty }
        try await Task.sleep(for: .milliseconds(200))
        #expect(fleet.store.provisioned.count < 60)
        #expect(try await fleet.answer("1") == nil)
        fleet.store.canProvision = true
        #expect(try await fleet.result("1").status == .ok)
        try await worker.stop()
    }

    @Test("A collection that fails does not hold up the others, whatever kind of job waits for it")
    func oneBrokenCollection() async throws {
        let fleet = try await Fleet()
        fleet.store.failures["d"] = VectorStoreError(.misconfigured, "d has 3 dimensions")
        let worker = try fleet.start()
        try await fleet.search("broken search", in: "d")
        try await fleet.add(.save, "broken save", ["content": "x", "collection": "d"])
        try await fleet.until("d has failed") { fleet.log.events.contains("qdrant_unavailable") }
        for index in 0..<10 {
            try await fleet.save("v\(index)")
            #expect(try await fleet.result("v\(index)").status == .ok)
            try await fleet.search("s\(index)")
            #expect(try await fleet.result("s\(index)").status == .ok)
        }
        #expect(try await fleet.answer("broken search") == nil)
        fleet.store.failures = [:]
        #expect(try await fleet.result("broken search").status == .ok)
        #expect(try await fleet.result("broken save").status == .ok)
        try await worker.stop()
    }

    @Test("A forget answers how many it took, and deletes nothing where there is nothing")
    func forget() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        try await fleet.save("1", "x", key: "k")
        _ = try await fleet.result("1")
        for id in ["2", "3"] { try await fleet.add(.forget, id, ["collection": "c", "key": "k"]) }
        try await fleet.drained()
        #expect(try await fleet.result("2").result["forgotten"] == .integer(1))
        #expect(try await fleet.result("3").result["forgotten"] == .integer(0))
        #expect(fleet.store.calls.suffix(3) == [.count("c"), .delete("c"), .count("c")])
        try await worker.stop()
    }
}
