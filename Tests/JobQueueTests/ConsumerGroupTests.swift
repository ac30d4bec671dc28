import JobQueue
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(2)))
struct ConsumerGroupTests {
    private func id(_ job: Job) -> String { String(decoding: job.id, as: UTF8.self) }

    @Test(arguments: RedisBinary.available) @Reactor
    func jobsThatWereThereBeforeTheGroupAreRun(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        _ = try await lane.connection.execute(RedisCommand("DEL", lane.keys.jobs(lane.lane)))
        try await lane.enqueue("early")
        try await lane.group.prepare(lane.lane)
        try await lane.group.prepare(lane.lane)
        #expect(try await lane.claimJobs().map(id) == ["early"])
    }

    /// Members are how others know of a worker, and Redis before 7.2 makes none of one whose reads bring nothing.
    @Test(arguments: RedisBinary.available) @Reactor
    func aWorkerIsAMemberBeforeItsFirstJob(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        let stream = lane.keys.jobs(lane.lane)
        _ = try await lane.connection.execute(RedisCommand("DEL", stream))
        try await lane.group.prepare(lane.lane)
        let members = try await lane.connection.consumers(of: JobKeys.group, stream: stream)
        #expect(members?.map(\.name) == [lane.group.consumer])
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func aFlushedServerSaysNoGroupAndIsMended(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        try await lane.enqueue("a")
        let job = try #require(try await lane.claimJobs().first)
        _ = try await lane.connection.execute(RedisCommand("FLUSHALL"))
        let claim = await #expect(throws: RedisError.self) { try await lane.claim() }
        #expect(claim?.serverCode == "NOGROUP")
        let adopted = await #expect(throws: RedisError.self) {
            try await lane.group.adopt(lane.lane, from: lane.group.consumer, count: 1)
        }
        #expect(adopted?.serverCode == "NOGROUP")
        // Nobody else can hold it.
        #expect(try await lane.group.renew(lane.lane, [job.entryID]) == [])
        let leave = await #expect(throws: RedisError.self) { try await lane.group.handOver(lane.lane) }
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
