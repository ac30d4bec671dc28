internal import JobQueue
internal import Logging
internal import Reactor

/// Keeps the lanes back that may not call for now, and says why.
@Reactor
final class SpendingGate {
    /// Until Redis, which is away, is asked again.
    private static let pauseWithoutRedis = Duration.milliseconds(200)

    let allowance: any CallAllowance
    private let budgetPause: Duration
    private let pool: CallPool
    private let rateLog: HoldLog
    private let budgetLog: HoldLog
    private var holds = LaneHolds()

    init(allowance: any CallAllowance, configuration: WorkerConfiguration, pool: CallPool, logger: Logger) {
        self.allowance = allowance
        self.pool = pool
        budgetPause = configuration.budgetPause
        rateLog = HoldLog(
            logger: logger,
            level: .notice,
            failureEvent: "embedding_rate_limited",
            recoveryEvent: "embedding_rate_recovered"
        )
        budgetLog = HoldLog(
            logger: logger,
            level: .error,
            failureEvent: "embedding_budget_exceeded",
            recoveryEvent: "embedding_budget_recovered"
        )
    }

    /// Why some calls stay back, nil while none does.
    var problem: String? { budgetLog.current ?? rateLog.current }

    var heldLanes: Set<Lane> { holds.held(at: .now) }

    /// Tokens that one call may carry.
    var largestCall: Int { allowance.rates.largestCall ?? .max }

    func passed() {
        rateLog.passed()
        budgetLog.passed()
    }

    /// What a minute allows is used: the lane waits, and those that are less urgent, which would take what it waits for.
    func rateIsUsed(_ lane: Lane, wait: Duration, _ rates: ProviderRates) {
        for other in Lane.allCases where other.priority >= lane.priority { hold(other, for: wait) }
        var limits: [String] = []
        if rates.requestsPerMinute > 0 { limits.append("\(rates.requestsPerMinute) requests") }
        if rates.tokensPerMinute > 0 { limits.append("\(rates.tokensPerMinute) tokens") }
        let rate = limits.isEmpty ? "what the provider allows" : "\(limits.joined(separator: " and ")) a minute"
        rateLog.held(
            "calls wait for their turn: \(rate), for all workers together",
            code: "rate_limited",
            hint: "where it lasts: raise the provider's limits, then embeddings.requestsPerMinute and .tokensPerMinute"
        )
    }

    /// The lane's part of the day's budget is used: it is asked about again now and then.
    func budgetIsUsed(_ lane: Lane) {
        if !lane.isAnsweredAtOnce { hold(lane, for: budgetPause) }
        let limits = allowance.limits
        let budget = DollarText.of(nanodollars: limits.dailyBudget)
        let what =
            lane == .bulk
            ? "bulk has used its \(limits.bulkBudgetPercent)% of the day's \(budget): it waits"
            : "the day's \(budget) are used: saves and bulk wait, searches and embed jobs are refused"
        budgetLog.held(
            what,
            code: "budget_exceeded",
            hint: "it begins anew at 00:00 UTC; raise embeddings.dailyBudget and restart the workers to go on before"
        )
    }

    func redisIsAway() {
        for lane in Lane.allCases { hold(lane, for: Self.pauseWithoutRedis) }
    }

    private func hold(_ lane: Lane, for duration: Duration) {
        let end = ContinuousClock.now + duration
        holds.hold(lane, until: end)
        pool.wakeOne(at: end)
    }
}

extension Lane {
    /// Whether somebody waits for the result, who is better told at once that there is none. What is to be saved waits
    /// until it can be.
    var isAnsweredAtOnce: Bool { self == .search || self == .embed }
}
