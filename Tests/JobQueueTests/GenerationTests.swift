import Reactor
import RedisClient
import RedisServerFixture
import Testing

@testable import JobQueue

/// The generation of a collection rises in the step that answers a job which has changed it.
@Suite(.timeLimit(.minutes(1)))
struct GenerationTests {
    @Test(arguments: RedisBinary.available) @Reactor
    func aBatchRaisesEachChangedCollectionOnce(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        for id in ["a", "b"] { try await lane.enqueue(id) }
        try await lane.enqueue("c", ("collection", "others"))
        try await lane.enqueue("f", ("type", "forget"), ("collection", "gone"), ("key", "k"))
        var batch = FinishBatch(lane: lane.lane)
        for job in try await lane.claimJobs() { batch.add(job) }
        try await lane.group.finish(batch, now: 1)
        #expect(try await lane.generations() == ["notes": "1", "others": "1", "gone": "1"])
        // The counters follow behind the collections.
        #expect(try await lane.counters() == ["finished:ok:save": "3", "finished:ok:forget": "1"])
        try await lane.enqueue("d")
        var next = FinishBatch(lane: lane.lane)
        for job in try await lane.claimJobs() { next.add(job) }
        try await lane.group.finish(next, now: 1)
        #expect(try await lane.generations()["notes"] == "2")
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func whatChangesNothingRaisesNothing(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        for id in ["a", "b"] { try await lane.enqueue(id) }
        try await lane.enqueue("e", ("type", "embed"))
        try await lane.enqueue("s", ("type", "search"), ("query", "q"))
        var batch = FinishBatch(lane: lane.lane)
        let statuses: [ResultEnvelope.Status] = [.error, .expired, .ok, .ok]
        for (job, status) in zip(try await lane.claimJobs(), statuses) {
            let letter = FinishBatch.Failure(code: "c", message: "m", attempts: 1, firstFailedAt: 5)
            batch.add(job, status: status, failure: status == .error ? letter : nil)
        }
        try await lane.group.finish(batch, now: 1)
        #expect(try await lane.generations() == [:])
        #expect(try await lane.entries(lane.keys.dead).map { $0["id"] } == ["a"])
        #expect(try await lane.counters()["finished:ok:search"] == "1")
    }

    /// Of another worker's batch, or of one whose answer was lost, nobody knows what was cached in between.
    @Test(arguments: RedisBinary.available) @Reactor
    func whatWasFinishedBeforeRaisesItAgain(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        try await lane.enqueue("a")
        var batch = FinishBatch(lane: lane.lane)
        for job in try await lane.claimJobs() { batch.add(job) }
        try await lane.group.finish(batch, now: 1)
        try await lane.group.finish(batch, now: 1)
        #expect(try await lane.generations() == ["notes": "2"])
        #expect(try await lane.counters() == ["finished:ok:save": "1"])
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func aKeyOfAnotherKindUndoesNoFinish(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        _ = try await lane.connection.execute(RedisCommand("SET", lane.keys.generations, "no hash"))
        try await lane.enqueue("a")
        var batch = FinishBatch(lane: lane.lane)
        for job in try await lane.claimJobs() { batch.add(job) }
        try await lane.group.finish(batch, now: 1)
        #expect(try await lane.result("a") == "{}")
        #expect(try await lane.counters() == ["finished:ok:save": "1"])
    }
}

@Reactor
extension TestLane {
    fileprivate func generations() async throws -> [String: String] {
        let flat = try await texts(RedisCommand("HGETALL", keys.generations))
        return Dictionary(uniqueKeysWithValues: stride(from: 0, to: flat.count, by: 2).map { (flat[$0], flat[$0 + 1]) })
    }
}
