import JobQueue
import Reactor
import RedisClient
import Testing

@Suite(.timeLimit(.minutes(2)))
struct ConsumerGroupTests {
    private func id(_ job: Job) -> String { String(decoding: job.id, as: UTF8.self) }

    @Test @Reactor func claimedJobsComeInPages() async throws {
        let lane = try await TestLane()
        for number in 0..<25 { try await lane.enqueue("\(number)") }
        _ = try await lane.claimJobs()
        var after: ArraySlice<UInt8>?
        var pages: [[String]] = []
        while true {
            let page = try lane.decode(try await lane.group.claimed(lane.lane, after: after, count: 10))
            guard let last = page.last else { break }
            after = last.entryID
            pages.append(page.map { decoded in if case .valid(let job) = decoded { id(job) } else { "?" } })
        }
        #expect(pages.map(\.count) == [10, 10, 5])
        #expect(pages.flatMap { $0 } == (0..<25).map(String.init))
    }

    @Test @Reactor func jobsThatWereThereBeforeTheGroupAreRun() async throws {
        let lane = try await TestLane()
        _ = try await lane.connection.execute(RedisCommand("DEL", lane.keys.jobs(lane.lane)))
        try await lane.enqueue("early")
        try await lane.group.prepare(lane.lane)
        try await lane.group.prepare(lane.lane)
        #expect(try await lane.claimJobs().map(id) == ["early"])
    }

    @Test @Reactor func leavingGivesAllBackInOrder() async throws {
        let lane = try await TestLane()
        let stream = lane.keys.jobs(lane.lane)
        for number in 0..<250 { try await lane.enqueue("\(number)", ("own", "\(number)")) }
        let before = try await lane.entries(stream)
        #expect(try await lane.claimJobs().count == 250)
        #expect(try await lane.group.leave(lane.lane) == 250)
        #expect(try await lane.connection.pendingCount(JobKeys.group, stream: stream) == 0)
        #expect(try await lane.entries(stream) == before)
        var consumers = try await lane.connection.execute(RedisCommand("XINFO", "CONSUMERS", stream, JobKeys.group))
            .cursor
        #expect(try consumers.array() == 0)

        let other = lane.group(of: "worker-2")
        let request = try other.beginClaim(lane.lane, count: 1_000, block: .milliseconds(1), on: lane.connection)
        let again = try lane.decode(try await request.reply())
        #expect(again.count == 250)
        #expect(try await lane.group.leave(lane.lane) == 0)
    }

    /// A page that is exactly full, and what another worker holds.
    @Test @Reactor func leavingTakesNothingFromOthers() async throws {
        let lane = try await TestLane()
        let stream = lane.keys.jobs(lane.lane)
        for number in 0..<101 { try await lane.enqueue("\(number)") }
        #expect(try await lane.claimJobs(100).count == 100)
        let other = lane.group(of: "worker-2")
        _ = try await other.beginClaim(lane.lane, count: 10, block: .milliseconds(1), on: lane.connection).reply()
        #expect(try await lane.group.leave(lane.lane) == 100)
        #expect(try await lane.connection.pendingCount(JobKeys.group, stream: stream) == 1)
        #expect(try await lane.connection.streamLength(stream) == 101)
    }

    /// Lua cannot pass on so many fields: the entry stays where it is, and the others go back.
    @Test @Reactor func anEntryTooWideHoldsUpNoOther() async throws {
        let lane = try await TestLane()
        let stream = lane.keys.jobs(lane.lane)
        var wide = RedisCommand()
        wide.begin("XADD", arguments: 2 + 2 * 5_000)
        wide.append(stream)
        wide.append("*")
        for number in 0..<5_000 {
            wide.append("field\(number)")
            wide.append("")
        }
        _ = try await lane.connection.execute(wide)
        for number in 0..<150 { try await lane.enqueue("\(number)") }
        _ = try await lane.claim()
        #expect(try await lane.group.leave(lane.lane) == 150)
        #expect(try await lane.connection.pendingCount(JobKeys.group, stream: stream) == 1)
        #expect(try await lane.connection.streamLength(stream) == 151)
    }

    @Test @Reactor func aDeletedEntryIsNotGivenBack() async throws {
        let lane = try await TestLane()
        let stream = lane.keys.jobs(lane.lane)
        let deleted = try await lane.enqueue("a")
        try await lane.enqueue("b")
        _ = try await lane.claimJobs()
        _ = try await lane.connection.execute(RedisCommand("XDEL", stream, deleted))
        #expect(try await lane.group.leave(lane.lane) == 2)
        #expect(try await lane.entries(stream).map { $0["id"] } == ["b"])
    }

    @Test @Reactor func aFlushedServerSaysNoGroupAndIsMended() async throws {
        let lane = try await TestLane()
        try await lane.enqueue("a")
        let job = try #require(try await lane.claimJobs().first)
        _ = try await lane.connection.execute(RedisCommand("FLUSHALL"))
        let claim = await #expect(throws: RedisError.self) { try await lane.claim() }
        #expect(claim?.serverCode == "NOGROUP")
        let claimed = await #expect(throws: RedisError.self) {
            try await lane.group.claimed(lane.lane, after: nil, count: 1)
        }
        #expect(claimed?.serverCode == "NOGROUP")
        let leave = await #expect(throws: RedisError.self) { try await lane.group.leave(lane.lane) }
        #expect(leave?.serverCode == "NOGROUP")
        // Who waits for the job that was claimed before gets its result.
        var batch = FinishBatch(lane: lane.lane)
        batch.add(job)
        try await lane.group.finish(batch, now: 1)
        #expect(try await lane.result("a") == "{}")

        try await lane.group.prepare(lane.lane)
        try await lane.enqueue("b")
        #expect(try await lane.claimJobs().map(id) == ["b"])
    }
}
