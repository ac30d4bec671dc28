import JobQueue
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@testable import Memory

@Reactor
@Suite("CostStatistics")
struct CostStatisticsTests {
    private func today(_ redis: RedisConnection, minus days: Int = 0) async throws -> UTCDay {
        UTCDay(milliseconds: try await redis.timeInMilliseconds()).adding(-days)
    }

    @Test("Without a ledger there are thirty days of nothing, the youngest first")
    func empty() async throws {
        let redis = try await RedisServer().connectionThatKeepsIt()
        let cost = try await CostStatistics.read(from: redis.connection, keys: JobKeys())
        #expect(cost.days.count == 30 && cost.days.allSatisfy { $0.spent == Spent() })
        #expect(cost.days.first?.day == (try await today(redis.connection)))
        #expect(cost.days.map(\.day) == cost.days.map(\.day).sorted(by: >))
        #expect(cost.tenants.isEmpty && !cost.isTruncated && cost.budgetState == .unlimited)
    }

    @Test("Today's ledger is read by account, the dearest first; other days in total")
    func accounts() async throws {
        let holder = try await RedisServer().connectionThatKeepsIt()
        let redis = holder.connection
        let keys = JobKeys()
        let fields = [
            "tokens", "30", "requests", "3", "nanodollars", "600", "tokens:lane:save", "20", "requests:lane:save", "2",
            "nanodollars:lane:save", "400", "nanodollars:lane:search", "500", "nanodollars:collection:-", "7",
            "tokens:tenant:a:b", "5", "nanodollars:tenant:a:b", "9", "nanodollars:tenant:x", "9", "scribble", "1",
            "tokens:tenant:x", "no number", "nanodollars:else:y", "1",
        ]
        var command = RedisCommand()
        command.begin("HSET", arguments: 1 + fields.count)
        command.append(keys.cost(try await today(redis)))
        for field in fields { command.append(field) }
        _ = try await redis.execute(command)
        _ = try await redis.execute(RedisCommand("HSET", keys.cost(try await today(redis, minus: 29)), "tokens", "8"))
        _ = try await redis.execute(RedisCommand("HSET", keys.cost(try await today(redis, minus: 30)), "tokens", "9"))

        var limits = SpendingLimits()
        limits.dailyBudget = 600
        let cost = try await CostStatistics.read(from: redis, keys: keys, limits: limits)
        #expect(cost.today == Spent(tokens: 30, requests: 3, nanodollars: 600))
        #expect(cost.lanes.map(\.name) == ["search", "save"])
        #expect(cost.lanes.last?.spent == Spent(tokens: 20, requests: 2, nanodollars: 400))
        #expect(cost.collections.map(\.name) == ["-"])
        #expect(cost.tenants.map(\.name) == ["a:b", "x"])
        #expect(cost.days.last?.spent.tokens == 8)
        #expect(cost.budgetState == .exceeded)
    }

    @Test(
        "What is left of the budget says who goes on",
        arguments: [
            (100, 0, nil, CostStatistics.BudgetState.within), (700, 100, nil, .bulkStopped), (900, 100, nil, .exceeded),
            (100, 0, .bulkStopped, .bulkStopped), (100, 0, .exceeded, .exceeded),
        ] as [(Int, Int, ProviderState.Budget?, CostStatistics.BudgetState)]
    )
    func budget(spent: Int, reserved: Int, asked: ProviderState.Budget?, state: CostStatistics.BudgetState) async throws
    {
        let holder = try await RedisServer().connectionThatKeepsIt()
        let redis = holder.connection
        let keys = JobKeys()
        let key = keys.cost(try await today(redis))
        _ = try await redis.execute(
            RedisCommand("HSET", key, "nanodollars", "\(spent)", "reserved_nanodollars", "\(reserved)")
        )
        var limits = SpendingLimits()
        limits.dailyBudget = 1_000
        func read(askedAt milliseconds: Int) async throws -> CostStatistics.BudgetState {
            var fields = [(name: "at_ms", value: "\(milliseconds)")]
            if let asked { fields.append((name: "budget", value: asked.rawValue)) }
            let told = ProviderState(fields: fields)
            return try await CostStatistics.read(from: redis, keys: keys, limits: limits, state: told).budgetState
        }
        let now = try await redis.timeInMilliseconds()
        #expect(try await read(askedAt: now) == state)
        // What was told yesterday is over.
        if asked != nil { #expect(try await read(askedAt: now - 86_400_000) == .within) }
    }

    @Test("Of ten thousand tenants the dearest hundred are told of; of more than are looked at, that there are more")
    func many() async throws {
        let holder = try await RedisServer().connectionThatKeepsIt()
        let redis = holder.connection
        let keys = JobKeys()
        let key = keys.cost(try await today(redis))
        func fill(_ tenants: Range<Int>) async throws {
            var command = RedisCommand()
            command.begin("HSET", arguments: 1 + 2 * tenants.count)
            command.append(key)
            for tenant in tenants {
                command.append("nanodollars:tenant:t\(tenant)")
                command.append(tenant)
            }
            _ = try await redis.execute(command)
        }
        try await fill(0..<10_000)
        let cost = try await CostStatistics.read(from: redis, keys: keys)
        #expect(cost.tenants.map(\.name) == (9_900..<10_000).reversed().map { "t\($0)" })
        #expect(!cost.isTruncated)
        try await fill(10_000..<60_000)
        #expect(try await CostStatistics.read(from: redis, keys: keys).isTruncated)
    }
}
