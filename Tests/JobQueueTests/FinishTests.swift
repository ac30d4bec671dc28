import Reactor
import RedisClient
import RedisServerFixture
import Testing

@testable import JobQueue

@Suite(.timeLimit(.minutes(2)))
struct FinishTests {
    @Test(arguments: RedisBinary.available) @Reactor
    func aJobGetsItsResultAndLeavesTheStream(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        try await lane.enqueue("a")
        let jobs = try await lane.claimJobs()
        var batch = FinishBatch(lane: lane.lane)
        for job in jobs { batch.add(job, result: "{\"x\":1}", ttl: 77) }
        try await lane.group.finish(batch, now: 1)
        #expect(try await lane.result("a") == "{\"x\":1}")
        let ttl = try #require(try await lane.integer(RedisCommand("TTL", "memory:{0}:result:a")))
        #expect(ttl > 70 && ttl <= 77)
        #expect(try await lane.connection.streamLength(lane.keys.jobs(lane.lane)) == 0)
        #expect(try await lane.connection.pendingCount(JobKeys.group, stream: lane.keys.jobs(lane.lane)) == 0)
        #expect(try await lane.counters() == ["finished:ok:save": "1"])
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func callingAgainChangesNothing(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        try await lane.enqueue("a", ("reply_to", "memory:{0}:replies:me"))
        let job = try #require(try await lane.claimJobs().first)
        var batch = FinishBatch(lane: lane.lane)
        let letter = FinishBatch.Failure(code: "c", message: "m", attempts: 1, firstFailedAt: 7)
        batch.add(job, result: "first", status: .error, failure: letter)
        try await lane.group.finish(batch, now: 1)
        var again = FinishBatch(lane: lane.lane)
        again.add(job, result: "second", status: .error, failure: letter)
        try await lane.group.finish(again, now: 2)
        #expect(try await lane.result("a") == "first")
        #expect(try await lane.entries("memory:{0}:replies:me").count == 1)
        #expect(try await lane.entries(lane.keys.dead).count == 1)
        #expect(try await lane.counters() == ["finished:error:save": "1"])
    }

    /// Its first answer was lost, its result has expired since: the caller still gets one.
    @Test(arguments: RedisBinary.available) @Reactor
    func aResultThatIsGoneIsWrittenAgain(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        try await lane.enqueue("a")
        let job = try #require(try await lane.claimJobs().first)
        var batch = FinishBatch(lane: lane.lane)
        batch.add(job, result: "first")
        try await lane.group.finish(batch, now: 1)
        _ = try await lane.connection.execute(RedisCommand("DEL", "memory:{0}:result:a"))
        try await lane.group.finish(batch, now: 1)
        #expect(try await lane.result("a") == "first")
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func ofABatchOnlyWhatIsStillOursCounts(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        for id in ["a", "b", "c", "d"] { try await lane.enqueue(id, ("reply_to", "memory:{0}:replies:\(id)")) }
        let jobs = try await lane.claimJobs()
        var other = FinishBatch(lane: lane.lane)
        other.add(jobs[1], result: "other")
        other.add(jobs[3], result: "other", status: .error)
        try await lane.group(of: "worker-2").finish(other, now: 1)

        var batch = FinishBatch(lane: lane.lane)
        let letter = FinishBatch.Failure(code: "c", message: "m", attempts: 1, firstFailedAt: 7)
        batch.add(jobs[0], result: "ours")
        batch.add(jobs[1], result: "ours", status: .error, failure: letter)
        batch.add(jobs[2], result: "ours", status: .error, failure: letter)
        batch.add(jobs[3], result: "ours")
        try await lane.group.finish(batch, now: 1)
        var results: [String?] = []
        for id in ["a", "b", "c", "d"] {
            results.append(try await lane.result(id))
            #expect(try await lane.entries("memory:{0}:replies:\(id)").count == 1)
        }
        #expect(results == ["ours", "other", "ours", "other"])
        #expect(try await lane.entries(lane.keys.dead).map { $0["id"] } == ["c"])
        #expect(try await lane.counters() == ["finished:ok:save": "2", "finished:error:save": "2"])
        #expect(try await lane.connection.streamLength(lane.keys.jobs(lane.lane)) == 0)
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func theReplyStreamGetsOneEntryAndAnEnd(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        for id in ["a", "b"] { try await lane.enqueue(id, ("reply_to", "memory:{0}:replies:me")) }
        try await lane.enqueue("silent")
        var batch = FinishBatch(lane: lane.lane)
        for (job, status) in zip(try await lane.claimJobs(), [ResultEnvelope.Status.ok, .expired, .ok]) {
            batch.add(job, status: status)
        }
        try await lane.group.finish(batch, now: 1)
        #expect(
            try await lane.entries("memory:{0}:replies:me") == [
                ["id": "a", "status": "ok"], ["id": "b", "status": "expired"],
            ]
        )
        let ttl = try #require(try await lane.integer(RedisCommand("TTL", "memory:{0}:replies:me")))
        #expect(ttl > 3_590 && ttl <= 3_600)
        #expect(try await lane.counters() == ["finished:ok:save": "2", "finished:expired:save": "1"])
    }

    /// One job names a key that is no stream: the others of its batch are finished all the same, and so is it.
    @Test(arguments: RedisBinary.available) @Reactor
    func aReplyStreamThatIsNoneHarmsNobody(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        _ = try await lane.connection.execute(RedisCommand("SET", "text", "kept"))
        try await lane.enqueue("a", ("reply_to", "text"))
        try await lane.enqueue("b", ("reply_to", "memory:{0}:replies:me"))
        var batch = FinishBatch(lane: lane.lane)
        for job in try await lane.claimJobs() { batch.add(job) }
        try await lane.group.finish(batch, now: 1)
        #expect(try await lane.entries("memory:{0}:replies:me").map { $0["id"] } == ["b"])
        #expect(try await lane.counters() == ["finished:ok:save": "2"])
        #expect(try await lane.integer(RedisCommand("TTL", "text")) == -1)
        #expect(try await lane.result("a") == "{}")
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func aDeadLetterHoldsTheJobAndTheReason(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        let long = String(repeating: "x", count: 70_000)
        try await lane.enqueue("a", ("metadata", "{\"a\":1}"), ("own", long))
        let job = try #require(try await lane.claimJobs().first)
        var batch = FinishBatch(lane: lane.lane)
        let reason = FinishBatch.Failure(
            code: "embedding_refused",
            message: "too long",
            attempts: 3,
            firstFailedAt: 5
        )
        batch.add(job, status: .error, failure: reason)
        try await lane.group.finish(batch, now: 1_700_000_000_123)
        let letter = try #require(try await lane.entries(lane.keys.dead).first)
        #expect(
            letter == [
                "v": "1", "id": "a", "type": "save", "collection": "notes", "content": "text of a",
                "metadata": "{\"a\":1}", "own": String(long.prefix(65_536)), "_lane": "save",
                "_code": "embedding_refused", "_message": "too long", "_attempts": "3",
                "_first_failed_at": "5", "_cut": "own", "_last_failed_at": "1700000000123",
            ]
        )
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func deadLettersAreBounded(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server, deadLettersKept: 100)
        for round in 0..<4 {
            var batch = FinishBatch(lane: lane.lane)
            for number in 0..<200 { try await lane.enqueue("\(round)-\(number)") }
            for job in try await lane.claimJobs() {
                let reason = FinishBatch.Failure(code: "c", message: "m", attempts: 1, firstFailedAt: 5)
                batch.add(job, status: .error, failure: reason)
            }
            try await lane.group.finish(batch, now: 1)
        }
        // `MAXLEN ~` trims whole nodes, of 100 entries here.
        #expect(try await lane.connection.streamLength(lane.keys.dead) <= 200)
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func fiveHundredAndTwelveJobsInOneCall(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        for number in 0..<512 {
            try await lane.enqueue("\(number)", ("reply_to", "memory:{0}:replies:\(number % 3)"))
        }
        let jobs = try await lane.claimJobs()
        #expect(jobs.count == 512)
        var batch = FinishBatch(lane: lane.lane)
        for (number, job) in jobs.enumerated() {
            batch.add(
                job,
                result: "result \(number)",
                status: .error,
                failure: .init(code: "c", message: "\(number)", attempts: 1, firstFailedAt: 5)
            )
        }
        #expect(batch.count == 512)
        try await lane.group.finish(batch, now: 1)
        for number in [0, 1, 255, 511] { #expect(try await lane.result("\(number)") == "result \(number)") }
        let letters = try await lane.entries(lane.keys.dead)
        #expect(letters.count == 512 && letters.allSatisfy { $0["id"] == $0["_message"] })
        #expect(try await lane.connection.streamLength(lane.keys.jobs(lane.lane)) == 0)
        #expect(try await lane.connection.streamLength("memory:{0}:replies:0") == 171)
        #expect(try await lane.counters() == ["finished:error:save": "512"])
    }
}
