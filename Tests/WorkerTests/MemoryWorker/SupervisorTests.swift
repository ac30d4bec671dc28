import JSON
import JobQueue
import Memory
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@testable import Worker

@Reactor
@Suite("MemoryWorker: the supervisor", .timeLimit(.minutes(1)))
struct SupervisorTests {
    @Test("What a dead worker held is run, before what nobody has claimed; its consumer goes")
    func adopts() async throws {
        let fleet = try await Fleet()
        try await fleet.add((0..<200).map { (.embed, "orphan\($0)", nil, ["content": "o\($0)"]) })
        try await fleet.claim(.embed, as: "dead", count: 200)
        try await fleet.add((0..<50).map { (.embed, "new\($0)", nil, ["content": "n\($0)"]) })
        let worker = try fleet.start { $0.slots[.embed] = 16 }
        try await fleet.drained()
        #expect(try await fleet.announcements().count == 250)
        #expect(try await fleet.answer("orphan199")?.status == .ok)
        try await fleet.until("the dead is dismissed") { try await fleet.consumers(.embed) == 1 }
        #expect(fleet.log.events.contains("jobs_adopted"))
        try await worker.stop()
        #expect(try await fleet.leakedKeys() == [])
    }

    @Test("What is a dead worker's goes before what nobody has claimed")
    func orphansFirst() async throws {
        let fleet = try await Fleet()
        fleet.embeddings.turnstile.holds = { _ in true }
        try await fleet.add((0..<40).map { (.embed, "orphan\($0)", nil, ["content": "o\($0)"]) })
        try await fleet.claim(.embed, as: "dead", count: 40)
        try await fleet.add((0..<200).map { (.embed, "new\($0)", nil, ["content": "n\($0)"]) })
        let worker = try fleet.start { $0.slots[.embed] = 4 }
        try await fleet.until("all slots are taken") { try await fleet.pending(.embed) == 44 }
        // Time enough to find out who is dead, many times over.
        try await Task.sleep(for: .milliseconds(1_500))
        fleet.embeddings.turnstile.holds = { _ in false }
        try await fleet.drained()
        let order = try await fleet.announcements().map(\.id)
        let last = try #require(order.lastIndex { $0.hasPrefix("orphan") })
        #expect(last < 60, "the last orphan was number \(last) of \(order.count)")
        try await worker.stop()
    }

    @Test("A slow job of a living worker stays its own")
    func leavesTheLivingAlone() async throws {
        let fleet = try await Fleet()
        fleet.embeddings.turnstile.holds = { $0.contains("slow") }
        let first = try fleet.start("w1")
        try await fleet.embed("slow")
        try await fleet.until("it is claimed") { try await fleet.pending(.embed) == 1 }
        let second = try fleet.start("w2")
        try await Task.sleep(for: .seconds(1))
        fleet.embeddings.turnstile.holds = { _ in false }
        #expect(try await fleet.result("slow").json["worker"] == .string("w1"))
        #expect(!fleet.log.events.contains("jobs_adopted"))
        try await first.stop()
        try await second.stop()
    }

    @Test("A job that outlived too many workers is buried as poison; the others are run")
    func poison() async throws {
        let fleet = try await Fleet()
        for id in ["poison", "innocent"] { try await fleet.embed(id) }
        let entries = try await fleet.claim(.embed, as: "dead", count: 2)
        _ = try await fleet.redis.execute(
            RedisCommand(
                "XCLAIM",
                fleet.keys.jobs(.embed),
                JobKeys.group,
                "dead",
                "0",
                entries[0],
                "RETRYCOUNT",
                "5",
                "JUSTID"
            )
        )
        let worker = try fleet.start()
        let result = try await fleet.result("poison")
        #expect(result.errorCode == "poison")
        #expect(try await fleet.result("innocent").status == .ok)
        #expect(try await fleet.redis.streamLength(fleet.keys.dead) == 1)
        try await worker.stop()
    }

    @Test("A suspect that takes long holds up neither new jobs nor, in the end, other suspects")
    func suspects() async throws {
        let fleet = try await Fleet()
        fleet.embeddings.turnstile.holds = { $0.contains("suspect1") }
        for id in ["suspect1", "suspect2"] { try await fleet.embed(id) }
        for entry in try await fleet.claim(.embed, as: "dead", count: 2) {
            _ = try await fleet.redis.execute(
                RedisCommand(
                    "XCLAIM",
                    fleet.keys.jobs(.embed),
                    JobKeys.group,
                    "dead",
                    "0",
                    entry,
                    "RETRYCOUNT",
                    "4",
                    "JUSTID"
                )
            )
        }
        let worker = try fleet.start()
        // Not before: in one call with it, the new job would wait as well.
        try await fleet.until("one is in its call") { fleet.embeddings.turnstile.heldCount == 1 }
        try await fleet.embed("new")
        #expect(try await fleet.result("new").status == .ok)
        #expect(try await fleet.answer("suspect2") == nil)
        fleet.embeddings.turnstile.holds = { _ in false }
        #expect(try await fleet.result("suspect1").status == .ok)
        #expect(try await fleet.result("suspect2").status == .ok)
        try await worker.stop()
    }

    @Test("A scheduled job runs at its time, once, and not before")
    func scheduled() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        let runAt = WallClock.milliseconds + 400
        try await fleet.add(.embed, "later", ["content": "t", "run_at": "\(runAt)"])
        try await fleet.until("it is put aside") {
            try await fleet.redis.integer("ZCARD", fleet.keys.delayed) == 1
        }
        #expect(try await fleet.answer("later") == nil)
        #expect(try await fleet.result("later").status == .ok)
        #expect(WallClock.milliseconds >= runAt)
        try await fleet.drained()
        #expect(try await fleet.announcements().count == 1)
        try await worker.stop()
        #expect(try await fleet.leakedKeys() == [])
    }

    @Test("A deadline is kept while the provider hangs")
    func deadlineDuringHang() async throws {
        let fleet = try await Fleet()
        fleet.embeddings.turnstile.holds = { _ in true }
        let worker = try fleet.start()
        try await fleet.embed("1", deadline: WallClock.milliseconds + 300)
        let result = try await fleet.result("1")
        #expect(result.status == .expired)
        fleet.embeddings.turnstile.holds = { _ in false }
        try await fleet.drained()
        #expect(try await fleet.announcements().count == 1)
        try await worker.stop()
    }

    // MARK: What operators want

    @Test("A job is cancelled where it stands: queued, waiting for the provider, waiting for its turn to write")
    func cancelled() async throws {
        let fleet = try await Fleet()
        fleet.embeddings.turnstile.holds = { _ in true }
        let worker = try fleet.start { $0.slots[.embed] = 1 }
        for id in ["held", "queued"] { try await fleet.embed(id) }
        for (id, text) in [("write1", "v1"), ("twin", "v1"), ("write2", "v2")] {
            try await fleet.save(id, text, key: "k")
        }
        try await fleet.until("they are claimed") {
            let embeds = try await fleet.pending(.embed)
            return try await fleet.pending(.save) == 3 && embeds == 1
        }
        for id in ["queued", "held", "write1", "write2"] { try await fleet.cancel(id) }
        for id in ["held", "write1", "write2", "queued"] {
            let result = try await fleet.result(id)
            #expect(result.errorCode == "cancelled", "job \(id)")
            #expect(result.status == .error)
        }
        fleet.embeddings.turnstile.holds = { _ in false }
        #expect(try await fleet.result("twin").status == .ok)
        try await fleet.drained()
        #expect(fleet.store.points(in: "c").count == 1)
        try await fleet.until("no mark is left") { try await fleet.redis.integer("ZCARD", fleet.keys.cancelled) == 0 }
        #expect(try await fleet.redis.streamLength(fleet.keys.dead) == 0)
        try await worker.stop()
        #expect(try await fleet.leakedKeys() == [])
    }

    @Test("A job whose write is under way cannot be cancelled: it is answered with what became of it")
    func tooLateToCancel() async throws {
        let fleet = try await Fleet()
        fleet.store.turnstile.holds = { _ in true }
        let worker = try fleet.start()
        try await fleet.save("1")
        try await fleet.until("the store is asked") { !fleet.store.calls.isEmpty }
        try await fleet.cancel("1")
        try await Task.sleep(for: .milliseconds(100))
        #expect(try await fleet.answer("1") == nil)
        fleet.store.turnstile.holds = { _ in false }
        #expect(try await fleet.result("1").status == .ok)
        try await fleet.until("no mark is left") { try await fleet.redis.integer("ZCARD", fleet.keys.cancelled) == 0 }
        try await worker.stop()
    }

    @Test("A paused lane rests, the others go on; what was claimed and not begun goes on with it")
    func paused() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        try await fleet.embed("before")
        #expect(try await fleet.result("before").status == .ok)
        try await fleet.pause("embed")
        try await Task.sleep(for: .milliseconds(200))
        for id in ["1", "2", "3"] { try await fleet.embed(id) }
        try await fleet.save("other")
        #expect(try await fleet.result("other").status == .ok)
        try await Task.sleep(for: .milliseconds(200))
        #expect(try await fleet.answer("1") == nil)
        // A worker that comes later hears of it too.
        let second = try fleet.start("w2")
        try await Task.sleep(for: .milliseconds(300))
        #expect(try await fleet.answer("1") == nil)
        try await fleet.pause("embed", false)
        for id in ["1", "2", "3"] { #expect(try await fleet.result(id).status == .ok) }
        try await worker.stop()
        try await second.stop()
    }

    // MARK: Fencing

    @Test("What an answer brings that was read too late is run by whoever has it by now")
    func staleAnswer() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        try await fleet.save("before")
        #expect(try await fleet.result("before").status == .ok)
        _ = try await fleet.redis.execute(RedisCommand("HSET", fleet.keys.worker("w2"), "pid", "1"))
        try await fleet.silence("w1", for: .milliseconds(600)) {
            try await fleet.save("taken")
            try await fleet.until("it is delivered") { try await fleet.pending(.save) == 1 }
            let entry = try await fleet.pendingEntries(.save)[0]
            _ = try await fleet.redis.execute(
                RedisCommand("XCLAIM", fleet.keys.jobs(.save), JobKeys.group, "w2", "0", entry)
            )
        }
        try await fleet.save("own")
        #expect(try await fleet.result("own").status == .ok)
        #expect(!fleet.embeddings.calls.flatMap { $0 }.contains("taken"))
        try await worker.stop()
    }

    @Test("A worker that was silent for too long writes nothing before it knows what is still its own")
    func fenced() async throws {
        let fleet = try await Fleet()
        fleet.embeddings.turnstile.holds = { _ in true }
        let worker = try fleet.start()
        for id in ["lost", "kept"] { try await fleet.save(id, "stale \(id)", key: id) }
        try await fleet.until("they are claimed") { try await fleet.pending(.save) == 2 }
        _ = try await fleet.redis.execute(RedisCommand("HSET", fleet.keys.worker("w2"), "pid", "1"))
        // As after a pause of the process: no sign of life, and another has taken one of its jobs.
        try await fleet.silence("w1", for: .milliseconds(600)) {
            let entry = try await fleet.pendingEntries(.save)[0]
            _ = try await fleet.redis.execute(
                RedisCommand("XCLAIM", fleet.keys.jobs(.save), JobKeys.group, "w2", "0", entry)
            )
            fleet.embeddings.turnstile.holds = { _ in false }
            try await Task.sleep(for: .milliseconds(100))
            #expect(fleet.store.calls.isEmpty)
        }
        #expect(try await fleet.result("kept").status == .ok)
        try await Task.sleep(for: .milliseconds(200))
        #expect(try await fleet.answer("lost") == nil)
        #expect(fleet.store.points(in: "c").count == 1)
        #expect(fleet.log.events.contains("jobs_taken_over"))
        try await worker.stop()
    }
}
