import JobQueue
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@Suite("ConsumerGroup: whose claimed entries are", .timeLimit(.minutes(2)))
struct OwnershipTests {
    // MARK: Adopting

    @Test(arguments: RedisBinary.available) @Reactor
    func whatADeadConsumerHeldIsTakenOverInOrderAndCounted(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        for number in 0..<25 { try await lane.enqueue("\(number)") }
        _ = try await lane.claimJobs(20)
        let other = lane.group(of: "worker-2")
        let adopted = try #require(try await lane.adopt(from: "worker-1", by: other, count: 7))
        #expect(adopted.map(\.id) == (0..<20).map(String.init))
        #expect(adopted.allSatisfy { $0.deliveries == 2 })
        #expect(try await lane.pending() == Array(repeating: "worker-2 2", count: 20))
        #expect(try await lane.counters()["adopted"] == "20")
        #expect(try await lane.adopt(from: "worker-1", by: other)?.count == 0)
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func nothingIsTakenFromTheLiving(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        try await lane.enqueue("a")
        _ = try await lane.claimJobs()
        let beat = WorkerBeat(connection: lane.connection, keys: lane.keys, worker: "worker-1")
        try await beat.beat([("pid", "1")], lifetime: .milliseconds(200))
        #expect(try await lane.adopt(from: "worker-1", by: lane.group(of: "worker-2")) == nil)
        #expect(try await lane.pending() == ["worker-1 1"])
        try await Task.sleep(for: .milliseconds(250))
        #expect(try await lane.adopt(from: "worker-1", by: lane.group(of: "worker-2"))?.count == 1)
    }

    /// What a lost answer held: no worker died of it.
    @Test(arguments: RedisBinary.available) @Reactor
    func whatIsOnesOwnIsTakenUpWithoutBlame(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        for number in 0..<5 { try await lane.enqueue("\(number)") }
        _ = try await lane.claimJobs()
        let beat = WorkerBeat(connection: lane.connection, keys: lane.keys, worker: "worker-1")
        try await beat.beat([("pid", "1")], lifetime: .seconds(10))
        for _ in 0..<3 {
            let again = try #require(try await lane.adopt(from: "worker-1", count: 2))
            #expect(again.map(\.id) == ["0", "1", "2", "3", "4"])
            #expect(again.allSatisfy { $0.deliveries == 1 })
        }
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func anEntryThatWasDeletedIsForgotten(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        let deleted = try await lane.enqueue("a")
        try await lane.enqueue("b")
        _ = try await lane.claimJobs()
        _ = try await lane.connection.execute(RedisCommand("XDEL", lane.keys.jobs(lane.lane), deleted))
        let adopted = try await lane.adopt(from: "worker-1", by: lane.group(of: "worker-2"))
        #expect(adopted?.map(\.id) == ["b"])
        #expect(try await lane.pending() == ["worker-2 2"])
    }

    /// Lua passes on an entry of any width.
    @Test(arguments: RedisBinary.available) @Reactor
    func anEntryTooWideIsTakenOverAndAnswered(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        var wide = RedisCommand()
        wide.begin("XADD", arguments: 2 + 2 * 5_000)
        wide.append(lane.keys.jobs(lane.lane))
        wide.append("*")
        for number in 0..<5_000 {
            wide.append("field\(number)")
            wide.append("")
        }
        _ = try await lane.connection.execute(wide)
        try await lane.enqueue("a")
        _ = try await lane.claim()
        let other = lane.group(of: "worker-2")
        let page = try #require(try await other.adopt(lane.lane, from: "worker-1", count: 10))
        #expect(page.jobs.count == 2)
        let decoded = try JobDecoder(
            lane: lane.lane,
            keys: lane.keys,
            maximumTextBytes: 100,
            maximumJSONBytes: 100
        )
        .decode(page.jobs)
        guard case .invalid(let job, let problem) = decoded[0] else { throw RedisError(.unexpectedReply, "valid") }
        #expect(problem.field == "id")
        var batch = FinishBatch(lane: lane.lane)
        let letter = FinishBatch.Failure(code: "invalid_job", message: "m", attempts: 1, firstFailedAt: 1)
        batch.add(job, status: .error, failure: letter)
        try await other.finish(batch, now: 1)
        let letters = try await lane.entries(lane.keys.dead)
        #expect(letters.count == 1)
        #expect(letters.first?["_cut"] == "...")
    }

    /// Deliveries so far of each job, the room, and which are taken.
    nonisolated static let suspicions: [(deliveries: [Int], room: SuspectRoom, taken: [Int])] = [
        ([1, 2, 1, 2], SuspectRoom(few: 0, alone: 0), [0, 1, 2, 3]),
        ([3, 1, 3, 3], SuspectRoom(few: 2, alone: 0), [0, 1, 2]),
        ([4, 3, 9, 4], SuspectRoom(few: 8, alone: 1), [0, 1]),
        ([4, 5], SuspectRoom(few: 8, alone: 0), []),
    ]

    @Test("Suspects are taken few at a time, then alone", arguments: suspicions)
    @Reactor func suspects(_ suspicion: (deliveries: [Int], room: SuspectRoom, taken: [Int])) async throws {
        let lane = try await TestLane()
        let stream = lane.keys.jobs(lane.lane)
        for (number, deliveries) in suspicion.deliveries.enumerated() {
            let id = try await lane.enqueue("\(number)")
            _ = try await lane.claimJobs()
            _ = try await lane.connection.execute(
                RedisCommand(
                    "XCLAIM",
                    stream,
                    JobKeys.group,
                    "worker-1",
                    "0",
                    id,
                    "RETRYCOUNT",
                    "\(deliveries)",
                    "JUSTID"
                )
            )
        }
        let other = lane.group(of: "worker-2")
        let adopted = try #require(
            try await lane.adopt(from: "worker-1", by: other, count: 100, suspects: suspicion.room)
        )
        #expect(adopted.map(\.id) == suspicion.taken.map(String.init))
        #expect(adopted.map(\.deliveries) == suspicion.taken.map { suspicion.deliveries[$0] + 1 })
    }

    @Test func roomIsWhatIsNotTaken() {
        #expect(SuspectRoom(running: [1, 2, 3]) == SuspectRoom(few: 8, alone: 1))
        #expect(SuspectRoom(running: [4, 4, 5]) == SuspectRoom(few: 6, alone: 0))
        #expect(SuspectRoom(running: Array(repeating: 4, count: 20) + [6, 7]) == SuspectRoom(few: 0, alone: 0))
    }

    // MARK: Renewing

    @Test(arguments: RedisBinary.available) @Reactor
    func renewalTellsWhatIsLostAndMakesTheRestYoung(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        for number in 0..<600 { try await lane.enqueue("\(number)") }
        let jobs = try await lane.claimJobs()
        _ = try await lane.group(of: "worker-2").adopt(lane.lane, from: "worker-1", count: 2)
        var done = FinishBatch(lane: lane.lane)
        done.add(jobs[599])
        try await lane.group.finish(done, now: 1)
        let lost = try await lane.group.renew(lane.lane, jobs.map(\.entryID))
        #expect(lost == [jobs[0], jobs[1], jobs[599]].map { Array($0.entryID) })
        let pending = try await lane.pending()
        #expect(pending.count == 599)
        #expect(pending[2] == "worker-1 1")
        #expect(pending[0] == "worker-2 2")
    }

    // MARK: Handing over

    @Test(arguments: RedisBinary.available) @Reactor
    func whatIsHandedOverStaysInOrderAndIsBlamedOnNobody(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        let stream = lane.keys.jobs(lane.lane)
        for number in 0..<1_001 { try await lane.enqueue("\(number)") }
        let before = try await lane.entries(stream)
        #expect(try await lane.claimJobs(2_000).count == 1_001)
        #expect(try await lane.group.handOver(lane.lane) == 1_001)
        #expect(try await lane.entries(stream) == before)
        let adopted = try #require(try await lane.adopt(from: "worker-1", by: lane.group(of: "worker-2")))
        #expect(adopted.map(\.id) == (0..<1_001).map(String.init))
        #expect(adopted.allSatisfy { $0.deliveries == 1 })
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func whoHasNothingLeavesTheGroup(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        try await lane.enqueue("a")
        try await lane.enqueue("b")
        let job = try #require(try await lane.claimJobs(1).first)
        let other = lane.group(of: "worker-2")
        _ = try await other.beginClaim(lane.lane, count: 10, block: .milliseconds(1), on: lane.connection).reply()
        var batch = FinishBatch(lane: lane.lane)
        batch.add(job)
        try await lane.group.finish(batch, now: 1)
        #expect(try await lane.group.handOver(lane.lane) == 0)
        #expect(try await lane.consumers() == 1)
        #expect(try await lane.pending() == ["worker-2 1"])
    }

    // MARK: Burying

    /// A worker that was stopped for a while, and whose job another has by now.
    @Test(arguments: RedisBinary.available) @Reactor
    func whoLostAJobCannotBuryIt(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        for id in ["a", "b"] { try await lane.enqueue(id, ("reply_to", "memory:{0}:replies:\(id)")) }
        let jobs = try await lane.claimJobs()
        let other = lane.group(of: "worker-2")
        _ = try await other.adopt(lane.lane, from: "worker-1", count: 1)
        var batch = FinishBatch(lane: lane.lane)
        let letter = FinishBatch.Failure(code: "c", message: "m", attempts: 1, firstFailedAt: 7)
        for job in jobs { batch.add(job, result: "stale", status: .error, failure: letter) }
        try await lane.group.finish(batch, now: 1)
        #expect(try await lane.result("a") == nil)
        #expect(try await lane.result("b") == "stale")
        #expect(try await lane.entries(lane.keys.dead).map { $0["id"] } == ["b"])
        #expect(try await lane.entries("memory:{0}:replies:a").isEmpty)
        #expect(try await lane.pending() == ["worker-2 2"])

        var rightful = FinishBatch(lane: lane.lane)
        rightful.add(jobs[0], result: "rightful")
        try await other.finish(rightful, now: 1)
        try await lane.group.finish(batch, now: 2)
        #expect(try await lane.result("a") == "rightful")
        #expect(try await lane.entries(lane.keys.dead).count == 1)
        #expect(try await lane.counters()["finished:error:save"] == "1")
    }
}
