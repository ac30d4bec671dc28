import JobQueue
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@Suite("What workers know of each other", .timeLimit(.minutes(2)))
struct FleetTests {
    @Test(arguments: RedisBinary.available) @Reactor
    func aRoleHasOneHolder(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        let leases = ["a", "b"].map { holder in
            RoleLease(
                "janitor",
                connection: lane.connection,
                keys: lane.keys,
                holder: holder,
                duration: .milliseconds(150)
            )
        }
        #expect(try await leases[0].acquire())
        #expect(try await !leases[1].acquire())
        #expect(try await leases[0].acquire())
        // The other cannot give it up.
        try await leases[1].release()
        #expect(try await !leases[1].acquire())
        try await leases[0].release()
        #expect(try await leases[1].acquire())
        // Its holder is gone.
        try await Task.sleep(for: .milliseconds(200))
        #expect(try await leases[0].acquire())
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func theCensusNamesWhoHasNoHeartbeat(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        try await lane.enqueue("a")
        let beat = WorkerBeat(connection: lane.connection, keys: lane.keys, worker: "alive")
        try await beat.beat([("pid", "1")], lifetime: .seconds(10))
        _ = try await lane.claimJobs()
        for name in ["alive", "idle"] {
            let stream = lane.keys.jobs(lane.lane)
            _ = try await lane.connection.execute(RedisCommand("XGROUP", "CREATECONSUMER", stream, JobKeys.group, name))
        }
        let census = GroupCensus(connection: lane.connection, keys: lane.keys)
        let gone = try await census.consumersWithoutHeartbeat()
        #expect(gone == [.init(lane: lane.lane, name: "worker-1"): 1, .init(lane: lane.lane, name: "idle"): 0])

        // Its entries would be lost with it; the living stay; who has nothing goes.
        for name in ["worker-1", "alive", "idle"] { try await census.dismiss(.init(lane: lane.lane, name: name)) }
        #expect(try await lane.consumers() == 2)
        #expect(try await lane.pending() == ["worker-1 1"])
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func aCensusOfLanesThatAreNotThereIsEmpty(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        _ = try await lane.connection.execute(RedisCommand("FLUSHALL"))
        let census = GroupCensus(connection: lane.connection, keys: lane.keys)
        #expect(try await census.consumersWithoutHeartbeat().isEmpty)
    }

    /// A full server must not make its workers look dead, nor keep them from finishing.
    @Test(arguments: RedisBinary.available) @Reactor
    func aFullServerTakesSignsOfLifeAndResults(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        try await lane.enqueue("a")
        let job = try #require(try await lane.claimJobs().first)
        _ = try await lane.connection.execute(RedisCommand("CONFIG", "SET", "maxmemory", "1"))
        let refused = await #expect(throws: RedisError.self) { try await lane.enqueue("b") }
        #expect(refused?.serverCode == "OOM")
        let beat = WorkerBeat(connection: lane.connection, keys: lane.keys, worker: "worker-1")
        try await beat.beat([("pid", "1")], lifetime: .seconds(10))
        #expect(try await lane.group.renew(lane.lane, [job.entryID]) == [])
        var batch = FinishBatch(lane: lane.lane)
        batch.add(job, result: "done")
        try await lane.group.finish(batch, now: 1)
        #expect(try await lane.result("a") == "done")
        #expect(try await lane.pending() == [])
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func theStateOfTheFleetIsRead(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        var state = try await FleetState.read(from: lane.connection, keys: lane.keys)
        #expect(state.cancelled.isEmpty && state.paused.isEmpty)
        _ = try await lane.connection.execute(RedisCommand("HSET", lane.keys.paused, "bulk", "1", "nonsense", "1"))
        _ = try await lane.connection.execute(RedisCommand("ZADD", lane.keys.cancelled, "5", "old", "6", "new"))
        state = try await FleetState.read(from: lane.connection, keys: lane.keys)
        #expect(state.paused == [.bulk])
        #expect(state.cancelled == ["new", "old"].map { Array($0.utf8) })
    }
}
