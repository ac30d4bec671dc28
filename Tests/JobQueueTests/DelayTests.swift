import JobQueue
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@Suite("Delayed jobs", .timeLimit(.minutes(2)))
struct DelayTests {
    @Reactor
    private func delayed(_ lane: TestLane) -> DelayedJobs {
        DelayedJobs(connection: lane.connection, keys: lane.keys)
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func aRetryComesBackWithItsHistory(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        let entry = try await lane.enqueue("a\nb\n", ("note", "kept\nas it is"), ("_attempts", "1"))
        let job = try #require(try await lane.claimJobs().first)
        #expect(job.history.attempts == 1)
        var batch = DelayBatch(lane: lane.lane)
        batch.add(job, due: .after(.milliseconds(60)), attempts: 2, firstFailedAt: 77)
        try await lane.group.delay(batch)
        #expect(try await lane.pending() == [])
        #expect(try await lane.entries(lane.keys.jobs(lane.lane)).isEmpty)
        #expect(try await lane.counters()["retried"] == "1")

        let early = try await delayed(lane).promote()
        #expect(early.promoted == 0)
        let wait = try #require(early.untilNext)
        #expect(wait > .zero && wait <= .milliseconds(60))
        try await Task.sleep(for: wait + .milliseconds(5))
        let late = try await delayed(lane).promote()
        #expect(late.promoted == 1 && late.unreadable == 0 && late.untilNext == nil)
        let fields = try #require(try await lane.entries(lane.keys.jobs(lane.lane)).first)
        #expect(fields["note"] == "kept\nas it is")
        #expect(fields["_attempts"] == "2")
        let again = try #require(try await lane.claimJobs().first)
        #expect(again.history.attempts == 2)
        #expect(again.history.firstFailedAt == 77)
        #expect(again.enqueuedAt == Int(entry.prefix { $0 != "-" }))
        #expect(again.id == job.id)
        // However often it is put aside.
        var later = DelayBatch(lane: lane.lane)
        later.add(again, due: .at(1), attempts: 3, firstFailedAt: 77)
        try await lane.group.delay(later)
        #expect(try await delayed(lane).promote().promoted == 1)
        let third = try #require(try await lane.claimJobs().first)
        #expect(third.enqueuedAt == again.enqueuedAt)
        #expect(third.history.attempts == 3)
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func aScheduledJobComesAtItsTime(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        for id in ["past", "future"] { try await lane.enqueue(id) }
        let jobs = try await lane.claimJobs()
        var batch = DelayBatch(lane: lane.lane)
        batch.add(jobs[0], due: .at(1_000), attempts: 0, firstFailedAt: nil)
        batch.add(jobs[1], due: .at(9_000_000_000_000), attempts: 0, firstFailedAt: nil)
        try await lane.group.delay(batch)
        #expect(try await lane.counters()["scheduled"] == "2")
        let promotion = try await delayed(lane).promote()
        #expect(promotion.promoted == 1)
        #expect(promotion.untilNext ?? .zero > .seconds(3_600))
        #expect(try await lane.entries(lane.keys.jobs(lane.lane)).map { $0["id"] } == ["past"])
        #expect(try await lane.entries(lane.keys.jobs(lane.lane)).first?["_first_failed_at"] == nil)
    }

    /// A call whose answer was lost is made again, and a worker that lost the job makes it too late.
    @Test(arguments: RedisBinary.available) @Reactor
    func onlyWhoHoldsAJobCanDelayItAndOnce(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        for id in ["a", "b"] { try await lane.enqueue(id) }
        let jobs = try await lane.claimJobs()
        let other = lane.group(of: "worker-2")
        _ = try await other.adopt(lane.lane, from: "worker-1", count: 1)
        var batch = DelayBatch(lane: lane.lane)
        for job in jobs { batch.add(job, due: .after(.zero), attempts: 1, firstFailedAt: 1) }
        try await lane.group.delay(batch)
        try await lane.group.delay(batch)
        #expect(try await lane.integer(RedisCommand("ZCARD", lane.keys.delayed)) == 1)
        #expect(try await lane.pending() == ["worker-2 2"])
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func aJobOfTheSameIDAndFieldsIsNotSwallowed(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        for _ in 0..<2 { try await lane.enqueue("same") }
        var batch = DelayBatch(lane: lane.lane)
        for job in try await lane.claimJobs() { batch.add(job, due: .at(1), attempts: 0, firstFailedAt: nil) }
        try await lane.group.delay(batch)
        #expect(try await delayed(lane).promote().promoted == 2)
    }

    /// What Memoir did not write, before and among jobs that are due.
    @Test(arguments: RedisBinary.available) @Reactor
    func whatCannotBeReadHoldsUpNothing(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        try await lane.enqueue("a")
        var batch = DelayBatch(lane: lane.lane)
        for job in try await lane.claimJobs() { batch.add(job, due: .at(5), attempts: 0, firstFailedAt: nil) }
        try await lane.group.delay(batch)
        for (score, member) in [("1", "x"), ("2", "x\n"), ("3", "x\n\u{81}zz"), ("9", "")] {
            _ = try await lane.connection.execute(RedisCommand("ZADD", lane.keys.delayed, score, member))
        }
        let promotion = try await delayed(lane).promote()
        #expect(promotion.promoted == 1)
        #expect(promotion.unreadable == 4)
        #expect(try await lane.integer(RedisCommand("ZCARD", lane.keys.delayed)) == 4)
        #expect(try await delayed(lane).promote().unreadable == 0)
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func promotionComesInPages(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        for number in 0..<250 { try await lane.enqueue("\(number)") }
        var batch = DelayBatch(lane: lane.lane)
        for job in try await lane.claimJobs() { batch.add(job, due: .at(1), attempts: 0, firstFailedAt: nil) }
        try await lane.group.delay(batch)
        var promoted: [Int] = []
        while true {
            let promotion = try await delayed(lane).promote()
            promoted.append(promotion.promoted)
            guard promotion.untilNext == .zero else { break }
        }
        #expect(promoted == [100, 100, 50])
    }
}
