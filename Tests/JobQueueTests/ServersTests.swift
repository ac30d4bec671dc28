import JobQueue
import Reactor
import RedisClient
import RedisServerFixture
import Testing

/// The scripts and commands of the queue on every server that is at hand.
@Suite(.timeLimit(.minutes(2)))
struct ServersTests {
    private static let letter = FinishBatch.Failure(code: "c", message: "m", attempts: 1, firstFailedAt: 1)

    /// Claimed, finished once, finished again; dead letters and replies are kept.
    @Test(arguments: RedisBinary.available) @Reactor
    func aLifeOfJobs(binary: RedisBinary) async throws {
        let lane = try await TestLane(on: binary)
        for number in 0..<20 { try await lane.enqueue("\(number)", ("reply_to", "memory:{0}:replies:me")) }
        let jobs = try await lane.claimJobs(20)
        #expect(jobs.count == 20)
        var batch = FinishBatch(lane: lane.lane)
        for (number, job) in jobs.enumerated() {
            batch.add(
                job,
                result: "result \(number)",
                status: number < 5 ? .error : .ok,
                failure: number < 5 ? Self.letter : nil
            )
        }
        try await lane.group.finish(batch, now: 1)
        try await lane.group.finish(batch, now: 2)
        #expect(try await lane.result("19") == "result 19")
        #expect(try await lane.connection.streamLength(lane.keys.jobs(lane.lane)) == 0)
        #expect(try await lane.pending().isEmpty)
        #expect(try await lane.entries(lane.keys.dead).map { $0["id"] } == ["0", "1", "2", "3", "4"])
        #expect(try await lane.entries("memory:{0}:replies:me").count == 20)
        #expect(try await lane.counters() == ["finished:ok:save": "15", "finished:error:save": "5"])
    }

    /// Handed over at a stop, and taken from a worker that died; the first one's entry was deleted under both.
    @Test(arguments: RedisBinary.available) @Reactor
    func whatOneLeavesAnotherTakes(binary: RedisBinary) async throws {
        let lane = try await TestLane(on: binary)
        let deleted = try await lane.enqueue("deleted")
        for number in 0..<20 { try await lane.enqueue("\(number)") }
        #expect(try await lane.claimJobs().count == 21)
        _ = try await lane.connection.execute(RedisCommand("XDEL", lane.keys.jobs(lane.lane), deleted))
        _ = try await lane.group.handOver(lane.lane)
        let other = lane.group(of: "worker-2")
        let adopted = try #require(try await lane.adopt(from: "worker-1", by: other, count: 7))
        #expect(adopted.map(\.id) == (0..<20).map(String.init))
        #expect(adopted.allSatisfy { $0.deliveries == 1 })
        let again = try #require(try await lane.adopt(from: "worker-2", by: lane.group(of: "worker-3")))
        #expect(again.map(\.id) == adopted.map(\.id) && again.allSatisfy { $0.deliveries == 2 })
        #expect(try await lane.pending() == Array(repeating: "worker-3 2", count: 20))
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func aLeaseThatIsRenewedAndOneThatIsLost(binary: RedisBinary) async throws {
        let lane = try await TestLane(on: binary)
        for number in 0..<3 { try await lane.enqueue("\(number)") }
        let jobs = try await lane.claimJobs()
        #expect(try await lane.group.renew(lane.lane, jobs.map(\.entryID)).isEmpty)
        let lost = try await lane.group(of: "worker-2").renew(lane.lane, jobs.map(\.entryID))
        #expect(lost == jobs.map { Array($0.entryID) })
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func aRetryComesBack(binary: RedisBinary) async throws {
        let lane = try await TestLane(on: binary)
        try await lane.enqueue("a", ("note", "kept\nas it is"))
        let job = try #require(try await lane.claimJobs().first)
        var batch = DelayBatch(lane: lane.lane)
        batch.add(job, due: .after(.milliseconds(1)), attempts: 2, firstFailedAt: 77)
        try await lane.group.delay(batch)
        try await lane.group.delay(batch)
        let delayed = DelayedJobs(connection: lane.connection, keys: lane.keys)
        try await Task.sleep(for: .milliseconds(5))
        #expect(try await delayed.promote().promoted == 1)
        let again = try #require(try await lane.claimJobs().first)
        #expect(again.history.attempts == 2 && again.id == job.id)
        #expect(try await lane.entries(lane.keys.jobs(lane.lane)).map { $0["note"] } == ["kept\nas it is"])
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func theLargestBatch(binary: RedisBinary) async throws {
        let lane = try await TestLane(on: binary)
        for number in 0..<512 { try await lane.enqueue("\(number)", ("reply_to", "memory:{0}:replies:\(number % 3)")) }
        var batch = FinishBatch(lane: lane.lane)
        for job in try await lane.claimJobs() { batch.add(job, status: .error, failure: Self.letter) }
        #expect(batch.count == 512)
        try await lane.group.finish(batch, now: 1)
        #expect(try await lane.connection.streamLength(lane.keys.jobs(lane.lane)) == 0)
        #expect(try await lane.connection.streamLength(lane.keys.dead) == 512)
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func aGroupIsMadeAgainAfterAFlush(binary: RedisBinary) async throws {
        let lane = try await TestLane(on: binary)
        try await lane.enqueue("before")
        _ = try await lane.connection.execute(RedisCommand("FLUSHALL"))
        try await lane.enqueue("after")
        let error = await #expect(throws: RedisError.self) { try await lane.claim() }
        #expect(error?.serverCode == "NOGROUP")
        try await lane.group.prepare(lane.lane)
        #expect(try await lane.claimJobs().map { String(decoding: $0.id, as: UTF8.self) } == ["after"])
    }
}
