import JSON
import JobQueue
import Memory
import Reactor
import RedisClient
import RedisServerFixture
import Testing
import VectorStore

@Reactor
@Suite("SystemStatistics")
struct SystemStatisticsTests {
    private func read(_ redis: RedisConnection, keys: JobKeys = JobKeys()) async throws -> JSONValue {
        var limits = SpendingLimits()
        limits.dailyBudget = 1_500_000_000
        let configuration = SystemStatisticsReader.Configuration(
            model: .init(name: "m", dimensions: 3),
            limits: limits
        )
        let reader = SystemStatisticsReader(
            connection: redis,
            keys: keys,
            census: CollectionCensus(["invoices", "notes"]) { name throws(VectorStoreError) in
                guard name == "invoices" else { throw VectorStoreError(.noSuchCollection, "none") }
                return CollectionInformation(status: "green", pointCount: 12, vectorSize: 3)
            },
            configuration: configuration
        )
        return try JSONValue(parsing: await reader.read().json())
    }

    @Test("An empty system has a shape all the same: rates are null, not 0, where nobody asked")
    func empty() async throws {
        let redis = try await RedisServer().connectionThatKeepsIt()
        let json = try await read(redis.connection)
        guard case .object(let members) = json else {
            Issue.record("no object")
            return
        }
        #expect(
            members.map(\.name) == [
                "cache", "collections", "lanes", "delayed", "dead", "workers", "provider", "cost", "counters",
            ]
        )
        #expect(json["cache"]?["hit_rate_percent"] == .null && json["cache"]?["total_requests"] == .integer(0))
        #expect(json["cache"]?["search"]?["hit_rate_percent"] == .null)
        #expect(json["collections"]?["invoices"]?["points_count"] == .integer(12))
        #expect(json["collections"]?["invoices"]?["vector_size"] == .integer(3))
        #expect(json["collections"]?["notes"]?["status"] == .string("missing"))
        #expect(json["collections"]?["notes"]?["points_count"] == .null)
        #expect(json["provider"]?["model"] == .string("m") && json["provider"]?["circuit"] == .null)
        #expect(json["cost"]?["budget"]?["state"] == .string("within"))
        #expect(json["cost"]?["budget"]?["daily_dollars"] == .double(1.5))
        let bulk = try #require(json["lanes"]?["bulk"])
        #expect(bulk["oldest_ms"] == .null && bulk["entries"] == .integer(0))
        #expect(bulk["undelivered_is"] == .string("exact") && bulk["undelivered"] == .integer(0))
        #expect(bulk["drain_ms"] == .null && bulk["claimed_per_s"] == .null)
    }

    @Test("The caches' counters, the buckets and the workers' circuits are read by their names")
    func filled() async throws {
        let holder = try await RedisServer().connectionThatKeepsIt()
        let redis = holder.connection
        let keys = JobKeys()
        _ = try await redis.execute(
            RedisCommand(
                "HSET",
                keys.stats,
                "cache:embedding:hits",
                "99",
                "cache:embedding:misses",
                "1",
                "cache:embedding:tokens_saved",
                "5000000",
                "cache:search:hits",
                "0",
                "cache:search:misses",
                "100"
            )
        )
        _ = try await redis.execute(RedisCommand("HSET", keys.provider, "tokens", "17", "model", "m"))
        try await redis.createGroup(JobKeys.group, stream: keys.jobs(.save), start: "0")
        for (id, state) in [("w1", "closed"), ("w2", "half_open")] {
            try await redis.createConsumer(id, group: JobKeys.group, stream: keys.jobs(.save))
            _ = try await redis.execute(RedisCommand("HSET", keys.worker(id), "embedding_circuit", state, "pid", "7"))
        }
        let json = try await read(redis)
        let cache = try #require(json["cache"])
        #expect(cache["hit_rate_percent"] == .double(49.5) && cache["total_requests"] == .integer(200))
        #expect(cache["hits"] == .integer(99) && cache["misses"] == .integer(101))
        #expect(cache["tokens_saved"] == .integer(5_000_000) && cache["dollars_saved"] == .double(0.1))
        #expect(cache["embedding"]?["hit_rate_percent"] == .double(99))
        #expect(cache["search"]?["hit_rate_percent"] == .double(0))
        #expect(json["provider"]?["rate"]?["tokens"] == .integer(17))
        #expect(json["provider"]?["rate"]?["model"] == .string("m"))
        #expect(json["provider"]?["circuit"] == .string("half_open"))
        guard case .array(let workers)? = json["workers"] else {
            Issue.record("no workers")
            return
        }
        #expect(workers.map { $0["id"] } == [.string("w1"), .string("w2")])
        #expect(workers.allSatisfy { $0["pid"] == .integer(7) })
        #expect(json["counters"]?["cache:search:misses"] == .integer(100))
    }

    @Test("What the work costs Redis does not grow with what Redis holds")
    func bounded() async throws {
        let holder = try await RedisServer().connectionThatKeepsIt()
        let redis = holder.connection
        _ = try await redis.execute(RedisCommand("DEBUG", "POPULATE", "300000", "memory:{0}:result", "8"))
        _ = try await redis.execute(RedisCommand("CONFIG", "RESETSTAT"))
        _ = try await read(redis)
        let calls = try await redis.commandCalls()
        #expect(calls["keys"] == nil)
        #expect((calls["scan"] ?? 0) <= 20)
        #expect(calls.values.reduce(0, +) < 150)
    }
}
