import JobQueue
import Memory
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@Reactor
@Suite("MemoryStatistics")
struct MemoryStatisticsTests {
    @Test("An empty server gives zeros")
    func empty() async throws {
        let redis = try await RedisServer().connectionThatKeepsIt()
        let statistics = try await MemoryStatistics.read(from: redis.connection, keys: JobKeys())
        #expect(statistics.lanes.map(\.lane) == Lane.allCases)
        #expect(statistics.lanes.allSatisfy { $0.entries == 0 && $0.pending == 0 && $0.undelivered == 0 })
        #expect(statistics.lanes.allSatisfy { $0.bound == nil && $0.pausedSince == nil })
        #expect(statistics.dead == 0 && statistics.delayed == 0)
        #expect(statistics.counters.isEmpty && statistics.workers.isEmpty)
    }

    @Test("Lanes, counters, dead letters, delayed jobs and workers are read")
    func filled() async throws {
        let holder = try await RedisServer().connectionThatKeepsIt()
        let redis = holder.connection
        let keys = JobKeys()
        for id in ["1", "2", "3"] {
            _ = try await redis.execute(RedisCommand("XADD", keys.jobs(.save), "*", "id", id))
        }
        for lane in [Lane.save, .bulk] {
            try await redis.createGroup(JobKeys.group, stream: keys.jobs(lane), start: "0")
        }
        _ = try await redis.execute(
            RedisCommand("XREADGROUP", "GROUP", JobKeys.group, "w", "COUNT", "2", "STREAMS", keys.jobs(.save), ">")
        )
        _ = try await redis.execute(RedisCommand("XADD", keys.dead, "*", "id", "4"))
        _ = try await redis.execute(RedisCommand("ZADD", keys.delayed, "1", "5"))
        _ = try await redis.execute(RedisCommand("HSET", keys.stats, "b", "2", "a", "1", "scribble", "x"))
        for id in ["w2", "w1", "host:7"] {
            try await redis.createConsumer(id, group: JobKeys.group, stream: keys.jobs(id == "w2" ? .bulk : .save))
            _ = try await redis.execute(RedisCommand("HSET", keys.worker(id), "finished", "9"))
        }
        _ = try await redis.execute(RedisCommand("HSET", "other:{0}:worker:w9", "finished", "9"))
        _ = try await redis.execute(RedisCommand("HSET", keys.limits, "save", "7"))
        _ = try await redis.execute(RedisCommand("HSET", keys.paused, "bulk", "1764072000000"))
        _ = try await redis.execute(RedisCommand("HSET", keys.rates, "save:came_per_s", "12", "save:left_per_s", "3"))
        let flowing = ["save:claimed_per_s", "15", "save:draining_per_1000_s", "1500", "bulk:came_per_s", "1"]
        for index in stride(from: 0, to: flowing.count, by: 2) {
            _ = try await redis.execute(RedisCommand("HSET", keys.rates, flowing[index], flowing[index + 1]))
        }

        let statistics = try await MemoryStatistics.read(from: redis, keys: keys)
        #expect(statistics.lanes.map(\.bound) == [nil, 7, nil, nil])
        #expect(statistics.lanes.map(\.pausedSince) == [nil, nil, nil, 1_764_072_000_000])
        let save = try #require(statistics.lanes.first { $0.lane == .save })
        #expect(save.entries == 3 && save.pending == 2 && save.undelivered == 1)
        // Nobody of that name shows a sign of life.
        #expect(save.orphaned == 2 && save.inWork == 0)
        #expect(save.isUndeliveredExact)
        #expect(save.came == 12 && save.left == 3 && save.claimed == 15)
        // Three entries, of which one and a half leave more a second than come.
        #expect(save.drain == 2_000 && save.isGrowing == false)
        #expect(try #require(save.oldest) < 60_000)
        let bulk = try #require(statistics.lanes.last)
        #expect(bulk.oldest == 0 && bulk.drain == nil)
        #expect(statistics.dead == 1 && statistics.delayed == 1)
        #expect(statistics.counters.map(\.name) == ["a", "b"])
        #expect(statistics.counters.map(\.value) == [1, 2])
        #expect(statistics.workers.map(\.id) == ["host:7", "w1", "w2"])
        #expect(statistics.workers.first?.figures.first?.value == "9")
    }

    @Test("Workers are found whatever the prefix holds, and what else has their names is passed over")
    func prefix() async throws {
        let holder = try await RedisServer().connectionThatKeepsIt()
        let keys = JobKeys(prefix: "a[b]*?:", partition: "7")
        let stream = keys.jobs(.bulk)
        try await holder.connection.createGroup(JobKeys.group, stream: stream, start: "0")
        for name in ["w", "gone", "other"] {
            try await holder.connection.createConsumer(name, group: JobKeys.group, stream: stream)
        }
        _ = try await holder.connection.execute(RedisCommand("SET", keys.worker("other"), "of another type"))
        _ = try await holder.connection.execute(RedisCommand("HSET", keys.worker("w"), "finished", "9"))
        let statistics = try await MemoryStatistics.read(from: holder.connection, keys: keys)
        #expect(statistics.workers.map(\.id) == ["w"])
    }
}
