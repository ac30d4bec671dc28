import Embeddings
import JSON
import JobQueue
import Memory
import Reactor
import RedisClient
import RedisServerFixture
import Testing
import Worker

@Reactor
@Suite("MemoryWorker: batching", .timeLimit(.minutes(1)))
struct BatchingTests {
    @Test("A lone text leaves at once, alone")
    func loneText() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        try await fleet.embed("a")
        #expect(try await fleet.result("a").status == .ok)
        try await fleet.embed("b")
        #expect(try await fleet.result("b").status == .ok)
        #expect(fleet.embeddings.calls == [["a"], ["b"]])
        try await worker.stop()
    }

    @Test("While all slots are taken texts gather, and share the next call by their urgency")
    func gathering() async throws {
        let fleet = try await Fleet()
        fleet.embeddings.turnstile.holds = { $0.contains { $0.hasPrefix("first") } }
        let worker = try fleet.start { $0.embeddingConcurrency = 1 }
        try await fleet.embed("first")
        try await fleet.until("the slot is taken") { fleet.embeddings.callsAtOnce == 1 }
        try await fleet.embed("bulk", lane: .bulk)
        for id in ["e1", "e2"] { try await fleet.embed(id) }
        try await fleet.save("v1")
        try await fleet.search("s1")
        try await fleet.until("all are claimed") {
            for lane in [Lane.search, .save, .bulk] where try await fleet.pending(lane) == 0 { return false }
            return try await fleet.pending(.embed) == 3
        }
        #expect(fleet.embeddings.calls == [["first"]])
        fleet.embeddings.turnstile.holds = { _ in false }
        try await fleet.drained()
        #expect(fleet.embeddings.calls == [["first"], ["s1", "v1", "e1", "e2", "bulk"]])
        try await worker.stop()
    }

    @Test("A text that many jobs want is sent once, also while it is in flight")
    func identicalTexts() async throws {
        let fleet = try await Fleet()
        fleet.embeddings.turnstile.holds = { _ in true }
        let worker = try fleet.start()
        try await fleet.embed("1", "same")
        try await fleet.until("the text is in flight") { fleet.embeddings.callsAtOnce == 1 }
        for id in ["2", "3"] { try await fleet.embed(id, "same") }
        try await fleet.save("4", "same")
        try await fleet.until("all are claimed") {
            let saves = try await fleet.pending(.save)
            return try await fleet.pending(.embed) == 3 && saves == 1
        }
        fleet.embeddings.turnstile.holds = { _ in false }
        for id in ["1", "2", "3", "4"] { #expect(try await fleet.result(id).status == .ok) }
        #expect(fleet.embeddings.calls == [["same"]])
        try await worker.stop()
    }

    @Test("Bulk leaves a slot free for a search, and its own jobs in flight keep to their budget")
    func bulkAndSearch() async throws {
        let fleet = try await Fleet()
        fleet.limits = EmbeddingLimits(maximumInputs: 4)
        fleet.embeddings.turnstile.holds = { $0.allSatisfy { $0.hasPrefix("bulk") } }
        let worker = try fleet.start {
            $0.embeddingConcurrency = 3
            $0.slots[.bulk] = 20
        }
        try await fleet.add((0..<100).map { (.embed, "bulk\($0)", .bulk, ["content": "bulk\($0)"]) })
        try await fleet.until("bulk has all it may have") { fleet.embeddings.callsAtOnce == 2 }
        for index in 0..<5 {
            try await fleet.search("s\(index)")
            #expect(try await fleet.result("s\(index)").status == .ok)
        }
        #expect(fleet.embeddings.callsAtOnce == 2)
        #expect(try await fleet.pending(.bulk) <= 20)
        fleet.embeddings.turnstile.holds = { _ in false }
        try await fleet.drained()
        #expect(fleet.embeddings.mostCallsAtOnce <= 3)
        try await worker.stop()
    }

    @Test("One refused text in a batch of many fails alone")
    func refusedText() async throws {
        let fleet = try await Fleet()
        fleet.embeddings.refused = ["t17"]
        fleet.embeddings.turnstile.holds = { $0 == ["first"] }
        let worker = try fleet.start { $0.embeddingConcurrency = 1 }
        try await fleet.embed("first")
        try await fleet.until("the slot is taken") { fleet.embeddings.callsAtOnce == 1 }
        try await fleet.add((0..<40).map { (.embed, "t\($0)", nil, ["content": "t\($0)"]) })
        try await fleet.until("all are claimed") { try await fleet.pending(.embed) == 41 }
        fleet.embeddings.turnstile.holds = { _ in false }
        try await fleet.drained()
        for index in 0..<40 where index != 17 { #expect(try await fleet.answer("t\(index)")?.status == .ok) }
        let refused = try await fleet.result("t17")
        #expect(refused.errorCode == "embedding_refused")
        #expect(refused.errorMessage?.hasPrefix("content: ") == true)
        #expect(try await fleet.redis.streamLength(fleet.keys.dead) == 1)
        // Halved until it stands alone: no more than two calls for each halving.
        #expect(fleet.embeddings.calls.count <= 2 + 2 * 6)
        #expect(fleet.log.notableEvents.contains("embedding_generation_failed") == false)
        try await worker.stop()
    }

    @Test("What is refused is answered for every job that wanted it, by the field each sent it in")
    func refusedForAll() async throws {
        let fleet = try await Fleet()
        fleet.embeddings.refused = ["bad"]
        let worker = try fleet.start()
        try await fleet.embed("1", "bad")
        try await fleet.search("bad")
        #expect(try await fleet.result("1").errorMessage?.hasPrefix("content: ") == true)
        #expect(try await fleet.result("bad").errorMessage?.hasPrefix("query: ") == true)
        try await worker.stop()
    }
}
