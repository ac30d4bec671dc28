import JSON
import JobQueue
import Memory
import Reactor
import RedisClient
import RedisServerFixture
import Testing
import Worker

@Reactor
@Suite("MemoryWorker: stopping", .timeLimit(.minutes(1)))
struct ShutdownTests {
    @Test("A graceful stop takes nothing new, finishes what is in flight, and leaves nothing behind")
    func drains() async throws {
        let fleet = try await Fleet()
        fleet.embeddings.turnstile.holds = { _ in true }
        let worker = try fleet.start()
        for id in ["1", "2", "3"] { try await fleet.save(id) }
        try await fleet.until("all are claimed") { try await fleet.pending(.save) == 3 }
        async let stopped: Void = worker.stop()
        try await fleet.until("it drains") { fleet.log.events.contains("worker_draining") }
        try await fleet.save("4")
        try await Task.sleep(for: .milliseconds(50))
        fleet.embeddings.turnstile.holds = { _ in false }
        try await stopped
        for id in ["1", "2", "3"] { #expect(try await fleet.answer(id)?.status == .ok) }
        #expect(try await fleet.answer("4") == nil)
        #expect(try await fleet.redis.streamLength(fleet.keys.jobs(.save)) == 1)
        #expect(try await fleet.pending(.save) == 0)
        #expect(try await fleet.consumers(.save) == 0)
        #expect(try await fleet.redis.integer("EXISTS", fleet.keys.worker("w1")) == 0)
        #expect(
            fleet.log.lines.last { $0.event == "worker_stopped" }?.metadata == ["finished": "3", "handed_over": "0"]
        )
    }

    @Test("A stop that cannot drain hands everything over within its deadline, and the next worker finishes it once")
    func handsBack() async throws {
        let fleet = try await Fleet()
        fleet.embeddings.turnstile.holds = { _ in true }
        let worker = try fleet.start { $0.drainDeadline = .milliseconds(100) }
        try await fleet.add((0..<250).map { (.save, "v\($0)", nil, ["content": "v\($0)", "collection": "c"]) })
        try await fleet.add((0..<20).map { (.search, "s\($0)", nil, ["query": "s\($0)", "collection": "c"]) })
        try await fleet.until("all are claimed") {
            let searches = try await fleet.pending(.search)
            return try await fleet.pending(.save) == 250 && searches == 20
        }
        let duration = try await ContinuousClock().measure { try await worker.stop() }
        #expect(duration < .seconds(2))
        #expect(try await fleet.announcements().isEmpty)
        // It stays in its place, and no heartbeat keeps others from taking it.
        #expect(try await fleet.pending(.save) == 250)
        #expect(try await fleet.redis.integer("EXISTS", fleet.keys.worker("w1")) == 0)

        fleet.embeddings.turnstile.holds = { _ in false }
        let second = try fleet.start("w2")
        try await fleet.drained()
        let answered = try await fleet.announcements()
        #expect(answered.count == 270)
        #expect(Set(answered.map(\.id)).count == 270)
        #expect(answered.allSatisfy { $0.status == "ok" })
        #expect(try await fleet.answer("v0")?.json["worker"] == .string("w2"))
        try await fleet.until("who left is dismissed") { try await fleet.consumers(.save) == 1 }
        try await second.stop()
    }

    @Test("A worker that is cancelled at once still hands over what it holds")
    func cancelled() async throws {
        let fleet = try await Fleet()
        fleet.embeddings.turnstile.holds = { _ in true }
        let worker = try fleet.start()
        for id in ["1", "2", "3"] { try await fleet.save(id) }
        try await fleet.until("all are claimed") { try await fleet.pending(.save) == 3 }
        await worker.cancel()
        #expect(try await fleet.redis.streamLength(fleet.keys.jobs(.save)) == 3)
        #expect(try await fleet.pending(.save) == 3)
        #expect(try await fleet.redis.integer("EXISTS", fleet.keys.worker("w1")) == 0)
    }

    @Test("A stop while the store is away hands over too")
    func storeAway() async throws {
        let fleet = try await Fleet()
        fleet.store.turnstile.holds = { _ in true }
        let worker = try fleet.start { $0.drainDeadline = .milliseconds(50) }
        for id in ["1", "2"] { try await fleet.save(id) }
        try await fleet.until("the store is asked") { !fleet.store.calls.isEmpty }
        try await worker.stop()
        #expect(try await fleet.redis.streamLength(fleet.keys.jobs(.save)) == 2)
        fleet.store.turnstile.holds = { _ in false }
        let second = try fleet.start("w2")
        try await fleet.drained()
        try await second.stop()
    }

    @Test("An idle worker stops at once")
    func idle() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        try await fleet.until("it lives") { try await fleet.redis.integer("EXISTS", fleet.keys.worker("w1")) == 1 }
        let duration = try await ContinuousClock().measure { try await worker.stop() }
        #expect(duration < .seconds(3))
    }
}
