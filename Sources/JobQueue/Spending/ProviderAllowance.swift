package import Reactor
package import RedisClient

/// What the fleet may use of the embedding provider: rates and a day's budget, kept in Redis and shared by all workers.
/// Redis' clock counts, for the buckets as for the day.
@Reactor
package final class ProviderAllowance {
    /// Of the provider's hash. Workers that are idle for so long begin with full buckets.
    static let providerLifetime = Duration.seconds(3_600)
    /// Of a day's ledger.
    static let ledgerLifetime = Duration.seconds(90 * 86_400)
    /// Of the number of the last settlement: far longer than one is tried again.
    static let settlementLifetime = Duration.seconds(3_600)
    /// Tenants that a day's ledger tells apart; the rest is booked as one.
    package static let maximumTenants = 10_000
    /// Bytes of a tenant's name in the ledger; those of longer names are booked as one.
    package static let maximumTenantBytes = 128

    private let limits: SpendingLimits
    private let connection: RedisConnection
    private let keys: JobKeys
    private let worker: String
    private let maximumTenants: Int
    private let reserveScript = RedisScript(ReserveScript.source)
    private let settleScript = RedisScript(SettleScript.source)
    /// As Redis said last.
    private var day: UTCDay
    /// Of the last settlement. It begins with the time, so that a worker of the same name that comes later goes on above.
    private var settlementNumber: Int
    /// What is known of the rates: ours, or the provider's own as any worker heard of them.
    package private(set) var rates: ProviderRates

    /// - Parameters:
    ///   - worker: differs between processes: settlements are numbered by it.
    ///   - now: milliseconds since 1970, as far as is known: which day it is says Redis.
    package init(
        _ limits: SpendingLimits,
        connection: RedisConnection,
        keys: JobKeys,
        worker: String,
        now: Int,
        maximumTenants: Int = maximumTenants
    ) {
        self.limits = limits
        self.connection = connection
        self.keys = keys
        self.worker = worker
        day = UTCDay(milliseconds: now)
        settlementNumber = now * 1_000
        self.maximumTenants = maximumTenants
        rates = ProviderRates(
            requestsPerMinute: limits.requestsPerMinute,
            tokensPerMinute: limits.tokensPerMinute
        )
    }

    /// Whether anything limits calls. Where nothing does, they go out unasked.
    package var isLimited: Bool { limits.areSet || rates.areKnown }

    /// May a call go out? Where it may, what it uses is set aside.
    ///
    /// - Parameters:
    ///   - tokens: as estimated.
    ///   - carriesBulk: whether any of its texts is of the lane `bulk`, which leaves some of the rates and of the budget to
    ///     the others.
    package func reserve(tokens: Int, carriesBulk: Bool) async throws(RedisError) -> SpendingVerdict {
        let price = limits.dailyBudget > 0 ? limits.price(ofTokens: tokens) : 0
        let answer = try await run(reserveScript, keyCount: 2) { day in
            var arguments = RedisArguments(capacity: 256)
            arguments.append(keys.provider)
            arguments.append(keys.cost(day))
            arguments.append(day.number)
            arguments.append(tokens)
            arguments.append(carriesBulk ? 1 : 0)
            arguments.append(limits.requestsPerMinute)
            arguments.append(limits.tokensPerMinute)
            arguments.append(price)
            arguments.append(limits.dailyBudget)
            arguments.append(limits.bulkBudget)
            arguments.append(Int(Self.providerLifetime / .milliseconds(1)))
            arguments.append(Int(Self.ledgerLifetime / .seconds(1)))
            return arguments
        }
        switch answer {
        case .go: return .go(Reservation(day: day, tokens: tokens, nanodollars: price))
        case .wait(let milliseconds): return .wait(.milliseconds(milliseconds), rates)
        case .budget(let spent): return .budgetExceeded(spent: spent)
        }
    }

    /// Books a settlement. It may be sent again with the same number where it is unknown whether it arrived: it is booked
    /// once.
    ///
    /// - Parameter number: see `nextSettlement`; in order, one at a time.
    package func settle(_ settlement: Settlement, number: Int) async throws(RedisError) {
        _ = try await run(settleScript, keyCount: 3, day: settlement.day) { day in
            arguments(settlement, number, day)
        }
    }

    /// The number of the next settlement.
    package func nextSettlement() -> Int {
        settlementNumber += 1
        return settlementNumber
    }

    private enum Answer {
        case go
        case wait(Int)
        case budget(Int)
    }

    /// - Parameter day: nil for today's ledger. Where the day has changed meanwhile, the script is asked once more.
    private func run(
        _ script: RedisScript,
        keyCount: Int,
        day: UTCDay? = nil,
        _ arguments: (UTCDay) -> RedisArguments
    ) async throws(RedisError) -> Answer {
        for _ in 0..<2 {
            let arguments = arguments(day ?? self.day)
            var cursor = try await script.run(on: connection, keyCount: keyCount, arguments).cursor
            _ = try cursor.array()
            switch try cursor.scalarText() {
            case "day": self.day = UTCDay(number: try cursor.integer())
            case "budget": return .budget(try cursor.integer())
            case "wait":
                let milliseconds = try cursor.integer()
                rates = try Self.rates(&cursor)
                return .wait(milliseconds)
            default:
                try cursor.skip()
                rates = try Self.rates(&cursor)
                return .go
            }
        }
        throw RedisError(.unexpectedReply, "the day changed twice while Redis was asked")
    }

    private static func rates(_ cursor: inout RedisReplyCursor) throws(RedisError) -> ProviderRates {
        ProviderRates(requestsPerMinute: try cursor.integer(), tokensPerMinute: try cursor.integer())
    }

    private func arguments(_ settlement: Settlement, _ number: Int, _ day: UTCDay) -> RedisArguments {
        let now = ContinuousClock.now
        let report = settlement.report?.aged(to: now)
        var arguments = RedisArguments(capacity: 512 + settlement.shares.count * 64)
        arguments.append(keys.provider)
        arguments.append(keys.cost(day))
        arguments.append(keys.settled(worker))
        arguments.append(day.number)
        arguments.append(settlement.day == nil ? 1 : 0)
        arguments.append(number)
        arguments.append(limits.requestsPerMinute)
        arguments.append(limits.tokensPerMinute)
        arguments.append(settlement.requestsBeyond)
        arguments.append(settlement.tokensBeyond)
        arguments.append(settlement.reserved)
        arguments.append(report?.requests)
        arguments.append(report?.tokens)
        arguments.append(Int((report?.wait(at: now) ?? .zero) / .milliseconds(1)))
        arguments.append(settlement.spent)
        arguments.append(maximumTenants)
        arguments.append(Int(Self.providerLifetime / .milliseconds(1)))
        arguments.append(Int(Self.ledgerLifetime / .seconds(1)))
        arguments.append(Int(Self.settlementLifetime / .seconds(1)))
        for (label, amount) in settlement.shares {
            let isLong = label.name.utf8.count > Self.maximumTenantBytes
            arguments.append(label.kind)
            if isLong, case .tenant = label {
                arguments.append(SpendingLabel.otherTenants)
            } else {
                arguments.append(label.name)
            }
            arguments.append(amount)
        }
        return arguments
    }
}

extension RedisArguments {
    fileprivate mutating func append(_ spent: Spent) {
        append(spent.tokens)
        append(spent.requests)
        append(spent.nanodollars)
    }

    /// Limit, remainder and ms to the reset; empty where they are unknown.
    fileprivate mutating func append(_ rate: ProviderReport.Rate?) {
        for number in [rate?.limit, rate?.remaining, rate?.reset.map { Int($0 / .milliseconds(1)) }] {
            if let number { append(number) } else { append("") }
        }
    }
}
