import JobQueue
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@testable import Memory

@Reactor
@Suite("CostStatistics")
struct CostStatisticsTests {
    private func today(_ redis: RedisConnection, minus days: Int = 0) async throws -> String {
        var text: [UInt8] = []
        RFC3339.append(milliseconds: Int64(try await redis.timeInMilliseconds() - days * 86_400_000), to: &text)
        return String(decoding: text.prefix(10), as: UTF8.self)
    }

    @Test("Without a ledger there are thirty days of nothing, the youngest first")
    func empty() async throws {
        let redis = try await RedisServer().connectionThatKeepsIt()
        let cost = try await CostStatistics.read(from: redis.connection, keys: JobKeys())
        #expect(cost.days.count == 30 && cost.days.allSatisfy { $0.figures == CostFigures() })
        #expect(cost.days.first?.name == (try await today(redis.connection)))
        #expect(cost.days.map(\.name) == cost.days.map(\.name).sorted(by: >))
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

        let cost = try await CostStatistics.read(from: redis, keys: keys, dailyBudget: 6e-7)
        #expect(cost.today == CostFigures(tokens: 30, requests: 3, nanodollars: 600))
        #expect(cost.lanes.map(\.name) == ["search", "save"])
        #expect(cost.lanes.last?.figures == CostFigures(tokens: 20, requests: 2, nanodollars: 400))
        #expect(cost.collections.map(\.name) == ["-"])
        #expect(cost.tenants.map(\.name) == ["a:b", "x"])
        #expect(cost.days.last?.figures.tokens == 8)
        #expect(cost.budgetState == .exceeded)
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
