import Logging
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@testable import JobQueue

/// A server of a test's own, and workers that share what a provider allows.
@Reactor
final class AllowanceRig {
    let server: RedisServer
    let redis: RedisConnection
    let keys = JobKeys()

    init(on binary: RedisBinary = .standard) async throws {
        server = try await RedisServer(on: binary)
        redis = server.connection()
    }

    func allowance(
        _ worker: String = "w1",
        now: Int? = nil,
        maximumTenants: Int = ProviderAllowance.maximumTenants,
        _ change: (inout SpendingLimits) -> Void = { _ in }
    ) async throws -> ProviderAllowance {
        var limits = SpendingLimits()
        change(&limits)
        let today = try await redis.timeInMilliseconds()
        return ProviderAllowance(
            limits,
            connection: redis,
            keys: keys,
            worker: worker,
            now: now ?? today,
            maximumTenants: maximumTenants
        )
    }

    func today() async throws -> CostLedger {
        try await CostLedger.read(UTCDay(milliseconds: redis.timeInMilliseconds()), from: redis, keys: keys)
    }

    func state() async throws -> ProviderState { try await ProviderState.read(from: redis, keys: keys) }

    func set(_ key: String, _ field: String, _ value: Int) async throws {
        _ = try await redis.execute(RedisCommand("HSET", key, field, "\(value)"))
    }

    func seconds(_ key: String) async throws -> Int {
        try await redis.execute(RedisCommand("TTL", key)).integer ?? -3
    }
}

extension ProviderAllowance {
    func book(_ settlement: Settlement) async throws {
        try await settle(settlement, number: nextSettlement())
    }

    /// Reserves, and answers with so many tokens, all on one account.
    func call(
        _ tokens: Int,
        used: Int? = nil,
        bulk: Bool = false,
        report: ProviderReport? = nil
    ) async throws -> SpendingVerdict {
        let verdict = try await reserve(tokens: tokens, carriesBulk: bulk)
        guard case .go(let reservation) = verdict else { return verdict }
        try await book(.test(reservation, tokens: used ?? tokens, report: report))
        return verdict
    }
}

extension Settlement {
    static func test(
        _ reservation: Reservation?,
        tokens: Int,
        tenant: String = "-",
        lane: String = "save",
        report: ProviderReport? = nil
    ) -> Settlement {
        let spent = Spent(tokens: tokens, requests: 1, nanodollars: tokens * 20)
        let shares: [SpendingLabel: Spent] = [.lane(lane): spent, .collection("c"): spent, .tenant(tenant): spent]
        return .succeeded(reservation, spent, shares: shares, report: report)
    }
}

extension SpendingVerdict {
    var isGo: Bool { if case .go = self { true } else { false } }
    var wait: Duration? { if case .wait(let wait, _) = self { wait } else { nil } }
    var spent: Int? { if case .budgetExceeded(let spent) = self { spent } else { nil } }
}
