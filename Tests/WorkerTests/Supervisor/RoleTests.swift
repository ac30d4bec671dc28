import JobQueue
import Logging
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@testable import Worker

@Reactor
@Suite("Supervisor: roles", .timeLimit(.minutes(1)))
struct RoleTests {
    // MARK: The lease

    /// Counts how often each of two workers acts.
    @Reactor
    final class Stage {
        var acts = ["w1": 0, "w2": 0]
    }

    private func role(_ holder: String, _ fleet: Fleet, _ stage: Stage) -> SingletonRole {
        let lease = RoleLease(
            "promoter",
            connection: fleet.redis,
            keys: fleet.keys,
            holder: holder,
            duration: .milliseconds(400)
        )
        return SingletonRole(lease: lease, renewal: .milliseconds(50)) {
            stage.acts[holder, default: 0] += 1
            return .milliseconds(10)
        }
    }

    @Test("One worker plays a role, for longer than a lease lasts; when it stops, another does at once")
    func oneAtATime() async throws {
        let fleet = try await Fleet()
        let stage = Stage()
        let roles = ["w1", "w2"].map { role($0, fleet, stage) }
        let first = Task { await roles[0].run() }
        try await fleet.until("the first acts") { (stage.acts["w1"] ?? 0) > 0 }
        let second = Task { await roles[1].run() }
        try await Task.sleep(for: .milliseconds(800))
        #expect(stage.acts["w2"] == 0)
        first.cancel()
        await first.value
        let acts = stage.acts["w1"]
        try await fleet.until("the second acts") { (stage.acts["w2"] ?? 0) > 3 }
        #expect(stage.acts["w1"] == acts)
        second.cancel()
        await second.value
        #expect(try await fleet.redis.integer("EXISTS", fleet.keys.lease("promoter")) == 0)
    }

    // MARK: The janitor

    private func janitor(_ fleet: Fleet, orphanAge: Duration = .seconds(30)) -> Janitor {
        var limits = LaneLimits()
        limits.bulk = 77
        return Janitor(
            connection: fleet.redis,
            keys: fleet.keys,
            census: GroupCensus(connection: fleet.redis, keys: fleet.keys),
            deadLettersKept: 100,
            limits: limits,
            orphanAge: orphanAge,
            logger: fleet.log.logger
        )
    }

    @Test("The janitor removes who is gone and has nothing, trims letters, forgets old marks, publishes the bounds")
    func cleans() async throws {
        let fleet = try await Fleet()
        let stream = fleet.keys.jobs(.embed)
        try await fleet.embed("1")
        try await fleet.claim(.embed, as: "holds", count: 1)
        for name in ["gone", "alive"] {
            _ = try await fleet.redis.execute(RedisCommand("XGROUP", "CREATECONSUMER", stream, JobKeys.group, name))
        }
        _ = try await fleet.redis.execute(RedisCommand("HSET", fleet.keys.worker("alive"), "pid", "1"))
        for _ in 0..<400 { _ = try await fleet.redis.execute(RedisCommand("XADD", fleet.keys.dead, "*", "id", "x")) }
        let soon = "\(WallClock.milliseconds + 60_000)"
        _ = try await fleet.redis.execute(RedisCommand("ZADD", fleet.keys.cancelled, "1", "old", soon, "young"))

        _ = try await janitor(fleet).act()
        #expect(try await fleet.consumers(.embed) == 2)
        #expect(try await fleet.pending(.embed) == 1)
        #expect(try await fleet.redis.streamLength(fleet.keys.dead) <= 200)
        #expect(try await fleet.redis.strings("ZRANGE", fleet.keys.cancelled, "0", "-1") == ["young"])
        #expect(try await fleet.redis.streamLength(fleet.keys.control) == 1)
        #expect(try await fleet.redis.string("HGET", fleet.keys.limits, "bulk") == "77")
        // Nothing more to forget, so nobody is told.
        _ = try await janitor(fleet).act()
        #expect(try await fleet.redis.streamLength(fleet.keys.control) == 1)
    }

    @Test("Orphans that nobody takes over are reported, and not at each look")
    func reportsOrphans() async throws {
        let fleet = try await Fleet()
        try await fleet.embed("1")
        try await fleet.claim(.embed, as: "dead", count: 1)
        let janitor = janitor(fleet, orphanAge: .milliseconds(200))
        _ = try await janitor.act()
        #expect(!fleet.log.events.contains("jobs_orphaned"))
        try await Task.sleep(for: .milliseconds(210))
        for _ in 0..<3 { _ = try await janitor.act() }
        let reports = fleet.log.lines.filter { $0.event == "jobs_orphaned" }
        #expect(reports.count == 1)
        #expect(reports.first?.metadata["consumer"] == "dead")
        #expect(reports.first?.metadata["count"] == "1")
    }

    // MARK: The statistician

    @Test("The statistician tells what came, what left, what waits and how old it is")
    func measures() async throws {
        let fleet = try await Fleet()
        let statistician = Statistician(connection: fleet.redis, keys: fleet.keys)
        _ = try await statistician.act()
        // One look says nothing of what flows.
        #expect(try await fleet.redis.hash(fleet.keys.rates).allSatisfy { !$0.name.hasSuffix("_per_s") })
        for number in 0..<100 { try await fleet.embed("\(number)") }
        try await fleet.claim(.embed, as: "w", count: 30)
        for entry in try await fleet.pendingEntries(.embed).prefix(10) {
            _ = try await fleet.redis.execute(RedisCommand("XDEL", fleet.keys.jobs(.embed), entry))
            _ = try await fleet.redis.execute(RedisCommand("XACK", fleet.keys.jobs(.embed), JobKeys.group, entry))
        }
        try await Task.sleep(for: .milliseconds(1_000))
        _ = try await statistician.act()
        let rates = Dictionary(try await fleet.redis.hash(fleet.keys.rates).map { ($0.name, Int($0.value) ?? -1) }) {
            $1
        }
        let came = try #require(rates["embed:came_per_s"])
        let left = try #require(rates["embed:left_per_s"])
        // A hundred in a second and what the calls take; ten times fewer left.
        #expect(came > 20 && came <= 100)
        #expect(left >= came / 10 - 1 && left <= came / 10 + 1)
        let claimed = try #require(rates["embed:claimed_per_s"])
        #expect(claimed >= 3 * left - 3 && claimed <= 3 * left + 3)
        #expect(rates["embed:waiting"] == 70)
        #expect(try #require(rates["embed:oldest_ms"]) >= 900)
        #expect(rates["save:came_per_s"] == 0 && rates["save:oldest_ms"] == 0)
        #expect(try await fleet.redis.integer("PTTL", fleet.keys.rates) > 0)
    }

    @Test("The statistician writes down what flowed, at intervals, and what it writes vanishes by itself")
    func writesHistory() async throws {
        let fleet = try await Fleet()
        let statistician = Statistician(
            connection: fleet.redis,
            keys: fleet.keys,
            historyInterval: .milliseconds(700)
        )
        _ = try await statistician.act()
        for number in 0..<50 { try await fleet.embed("\(number)") }
        try await fleet.claim(.embed, as: "w", count: 20)
        _ = try await statistician.act()
        #expect(try await LaneHistory.read(on: fleet.redis, keys: fleet.keys).isEmpty)
        try await Task.sleep(for: .milliseconds(710))
        _ = try await statistician.act()
        let samples = try await LaneHistory.read(on: fleet.redis, keys: fleet.keys)
        #expect(samples.count == 1)
        let embed = try #require(samples.first?.lanes[.embed])
        #expect(embed.came > 0 && embed.left == 0 && embed.undelivered == 30 && embed.pending == 20)
        #expect(samples.first?.lanes.count == 4)
        let left = try await fleet.redis.integer("PTTL", fleet.keys.history)
        #expect(left > 7_000_000 && left <= 7_200_000)
        // Nobody measured for a while: what flowed then is not of the last seconds.
        try await Task.sleep(for: .milliseconds(1_500))
        _ = try await statistician.act()
        #expect(try await LaneHistory.read(on: fleet.redis, keys: fleet.keys).count == 1)
    }

    // MARK: The lease of jobs

    @Test("Jobs that take long are renewed, and those that another has are dropped")
    func renews() async throws {
        let fleet = try await Fleet()
        for id in ["lost", "held", "young"] { try await fleet.save(id) }
        let entries = try await fleet.claim(.save, as: "w1", count: 3)
        let group = ConsumerGroup(
            connection: fleet.redis,
            keys: fleet.keys,
            consumer: "w1",
            deadLettersKept: 1,
            commandTimeout: .seconds(5)
        )
        let inFlight = InFlight()
        let old = WallClock.microseconds - 60_000_000
        for (entry, claimedAt) in zip(entries, [old, old, WallClock.microseconds + 60_000_000]) {
            let job = Job.decoded(fields: [("v", "1"), ("id", entry), ("type", "embed")], entryID: entry).job
            inFlight.add(WorkItem(job: job, action: .embed, collection: "", claimedAt: claimedAt))
        }
        for entry in [entries[0], entries[2]] {
            _ = try await fleet.redis.execute(
                RedisCommand("XCLAIM", fleet.keys.jobs(.save), JobKeys.group, "w2", "0", entry)
            )
        }
        try await Task.sleep(for: .milliseconds(100))
        var dropped: [[UInt8]] = []
        let renewal = LeaseRenewal(
            interval: .milliseconds(20),
            group: group,
            inFlight: inFlight,
            logger: fleet.log.logger
        ) { ids, _ in dropped += ids }
        let running = Task { await renewal.run() }
        try await fleet.until("a round is done") { !dropped.isEmpty }
        running.cancel()
        await running.value
        // The young one is left to a later round.
        #expect(Set(dropped) == [Array(entries[0].utf8)])
        let idle = try await fleet.redis.holdingTimes(
            of: "w1",
            group: JobKeys.group,
            stream: fleet.keys.jobs(.save),
            minimum: .zero,
            limit: 10
        )
        #expect(idle.count == 1 && idle[0] < .milliseconds(90))
    }
}
