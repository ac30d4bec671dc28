import JobQueue
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LaneGaugesTests {
    @Test(arguments: RedisBinary.available) @Reactor
    func whatAnEmptyServerSays(_ server: RedisBinary) async throws {
        let rig = try await RunRig(on: server)
        let gauges = try await LaneGauges.read(.bulk, run: "run", on: rig.connection, keys: rig.keys)
        #expect(gauges.length == 0 && gauges.delayed == 0 && gauges.bound == nil && gauges.pausedSince == nil)
        #expect((gauges.memoryUsed ?? 0) > 100_000 && gauges.memoryMaximum == nil)
        #expect(gauges.provider == ProviderState() && gauges.cameRate == nil && gauges.leftRate == nil)
        #expect(gauges.workers == 0 && gauges.tally == nil && gauges.now > 1_700_000_000_000)
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func whatABusyOneSays(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        let (connection, keys) = (lane.connection, lane.keys)
        _ = try await connection.integer("XADD", keys.jobs(.bulk), "*", "v", "1")
        _ = try await connection.integer("ZADD", keys.delayed, "1", "a", "2", "b")
        _ = try await connection.integer("HSET", keys.limits, "bulk", "500")
        _ = try await connection.string("CONFIG", "SET", "maxmemory", "900mb")
        _ = try await connection.integer("HSET", keys.provider, "wait_until_ms", "77", "budget", "bulk_stopped")
        _ = try await connection.integer("HSET", keys.rates, "bulk:came_per_s", "9", "bulk:left_per_s", "8")
        _ = try await connection.integer("HSET", keys.tally("run"), "ok", "5", "error", "1", "deduped", "2")
        let since = try await LaneControl(connection: connection, keys: keys).pause([.bulk])[.bulk]
        // One that has read, one that plays a role, one that has read and is gone.
        try await lane.enqueue("a")
        _ = try await lane.claim()
        try await lane.enqueue("b")
        let gone = lane.group(of: "worker-2")
        _ = try await gone.beginClaim(lane.lane, count: 1, block: .milliseconds(1), on: connection).reply()
        for worker in ["worker-1", "worker-3"] {
            let beat = WorkerBeat(connection: connection, keys: keys, worker: worker)
            try await beat.beat([("pid", "1")], lifetime: .seconds(10))
        }
        _ = try await connection.string("SET", keys.lease("janitor"), "worker-3")
        let gauges = try await LaneGauges.read(.bulk, run: "run", on: connection, keys: keys)
        #expect(gauges.length == 1 && gauges.delayed == 2 && gauges.bound == 500)
        #expect(gauges.pausedSince == since && since != nil)
        #expect(gauges.memoryMaximum == 900 << 20)
        #expect(gauges.provider.waitUntil == 77 && gauges.provider.budget == .bulkStopped)
        #expect(gauges.cameRate == 9 && gauges.leftRate == 8)
        #expect(gauges.workers == 2)
        #expect(gauges.tally == RunTally(ok: 5, error: 1, expired: 0, deduped: 2))
    }
}
