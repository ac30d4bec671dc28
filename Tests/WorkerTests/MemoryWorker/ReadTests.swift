import JSON
import JobQueue
import Memory
import Reactor
import Testing

@testable import Worker

@Reactor
@Suite("MemoryWorker: get and list", .timeLimit(.minutes(1)))
struct ReadTests {
    @Test("A memory is read by its key and by its id, without an embedding")
    func get() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        try await fleet.save("save", "x", key: "k")
        let saved = try await fleet.result("save").result["id"]
        let embedded = fleet.embeddings.textCount
        guard case .string(let id)? = saved else { return }
        try await fleet.add(.get, "by key", ["collection": "c", "key": "k"])
        try await fleet.add(.get, "by id", ["collection": "c", "memory_id": id])
        try await fleet.add(.get, "another", ["collection": "c", "key": "other"])
        for job in ["by key", "by id"] {
            let memory = try await fleet.result(job).result["memory"]
            #expect(memory?["id"] == saved && memory?["payload"]?["content"] == .string("x"))
        }
        #expect(try await fleet.result("another").result["memory"] == .null)
        #expect(fleet.embeddings.textCount == embedded)
        try await worker.stop()
    }

    @Test("A list goes on where its page ended")
    func list() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        for index in 0..<5 { try await fleet.save("v\(index)") }
        try await fleet.drained()
        try await fleet.add(.list, "all", ["collection": "c"])
        try await fleet.add(.list, "page", ["collection": "c", "top_k": "2"])
        let all = try await fleet.result("all").result
        let page = try await fleet.result("page").result
        guard case .array(let memories)? = all["memories"], case .array(let first)? = page["memories"] else { return }
        #expect(memories.count == 5 && all["next"] == .null)
        #expect(first.count == 2 && page["next"] == memories[2]["id"])
        try await worker.stop()
    }

    @Test("A read that waits for the store expires, and is cancelled")
    func settled() async throws {
        let fleet = try await Fleet()
        fleet.store.turnstile.holds = { _ in true }
        let worker = try fleet.start { $0.storeConcurrency = 1 }
        try await fleet.search("holds the slot")
        try await fleet.until("the slot is taken") { fleet.store.calls.count == 1 }
        try await fleet.add(.list, "late", ["collection": "c", "deadline": "\(WallClock.milliseconds + 50)"])
        try await fleet.add(.get, "unwanted", ["collection": "c", "key": "k"])
        try await fleet.until("both are claimed") { try await fleet.pending(.search) == 3 }
        try await fleet.cancel("unwanted")
        #expect(try await fleet.result("late").status == .expired)
        #expect(try await fleet.result("unwanted").errorCode == "cancelled")
        fleet.store.turnstile.holds = { _ in false }
        try await fleet.drained()
        #expect(fleet.store.calls == [.query("c", queries: 1)])
        try await worker.stop()
    }

    @Test("A read of a declared collection that the store lacks finds it made, and empty")
    func missingCollection() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        try await fleet.add(.list, "1", ["collection": "new"])
        #expect(try await fleet.result("1").result["memories"] == .array([]))
        #expect(fleet.store.provisioned == ["new"])
        try await worker.stop()
    }
}
