internal import JobQueue
internal import Logging
internal import Reactor
internal import RedisClient

/// The allowance that all workers share in Redis. What calls have used is booked in the background, one script call at a
/// time: what gathers meanwhile adds up to the next. While Redis is away it is kept; a crash loses it, and what was set
/// aside counts instead.
@Reactor
final class SharedAllowance: CallAllowance {
    let limits: SpendingLimits
    private let allowance: ProviderAllowance
    private let backoff: Backoff
    private let redisOutage: OutageLog
    private let ledgerOutage: OutageLog
    private let idle = IdleWorkers()

    /// What is being sent, with its number; again with the same one until it is booked.
    private var sending: (settlement: Settlement, number: Int)?
    /// One for each day, and one of calls for which nothing was set aside.
    private var pending: [UTCDay?: Settlement] = [:]

    init(
        connection: RedisConnection,
        keys: JobKeys,
        configuration: WorkerConfiguration,
        outage: OutageLog,
        logger: Logger
    ) {
        limits = configuration.spending
        allowance = ProviderAllowance(
            configuration.spending,
            connection: connection,
            keys: keys,
            worker: configuration.id,
            now: WallClock.milliseconds
        )
        backoff = configuration.redisBackoff
        redisOutage = outage
        ledgerOutage = OutageLog(
            logger: logger,
            failureEvent: "cost_ledger_failed",
            recoveryEvent: "cost_ledger_recovered"
        )
    }

    var rates: ProviderRates { allowance.rates }

    func ask(tokens: Int, carriesBulk: Bool) async -> SpendingVerdict? {
        guard allowance.isLimited else { return .go(nil) }
        do throws(RedisError) {
            return try await allowance.reserve(tokens: tokens, carriesBulk: carriesBulk)
        } catch {
            tell(error)
            return nil
        }
    }

    func settle(_ settlement: Settlement) {
        if pending[settlement.day] == nil {
            pending[settlement.day] = settlement
        } else {
            pending[settlement.day]?.merge(settlement)
        }
        idle.wakeOne()
    }

    /// Books until it is cancelled.
    func run() async {
        var failures = 0
        while !Task.isCancelled {
            if sending == nil && pending.isEmpty {
                await idle.wait()
            } else if await bookNext() {
                failures = 0
            } else {
                failures += 1
                try? await Task.sleep(for: backoff.wait(afterFailures: failures))
            }
        }
    }

    /// Books what is left, at the end: each is tried once.
    func flush() async {
        while sending != nil || !pending.isEmpty {
            guard await bookNext() else { return }
        }
    }

    /// Whether it was booked.
    private func bookNext() async -> Bool {
        guard let next = sending ?? takePending() else { return true }
        sending = next
        do throws(RedisError) {
            try await allowance.settle(next.settlement, number: next.number)
            sending = nil
            ledgerOutage.recovered()
            return true
        } catch {
            tell(error)
            return false
        }
    }

    private func takePending() -> (settlement: Settlement, number: Int)? {
        guard let (_, settlement) = pending.popFirst() else { return nil }
        return (settlement, allowance.nextSettlement())
    }

    private func tell(_ error: RedisError) {
        guard error.code != .cancelled && error.code != .closed else { return }
        let outage = error.isPassing ? redisOutage : ledgerOutage
        outage.failed("\(error)", code: error.serverCode ?? "\(error.code)", hint: error.hint)
    }
}
