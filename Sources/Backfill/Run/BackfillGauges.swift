package import JobQueue
package import Reactor
package import RedisClient

/// What a run goes by, read from Redis now and then: a page is faster than it is worth asking for each.
@Reactor
package final class BackfillGauges {
    private static let interval = Duration.milliseconds(100)
    /// The ledger is for people: it is looked at less often.
    private static let ledgerInterval = Duration.seconds(1)

    private let connection: RedisConnection
    private let keys: JobKeys
    private let run: String
    private let collection: String
    private let maximumRedisBytes: Int
    private let mark: LedgerMark?

    /// A worker whose sign of life is late, on a machine that is busy, is not gone yet.
    private static let workerPatience = Duration.seconds(10)

    private var readAt: ContinuousClock.Instant?
    private var workersSeenAt: ContinuousClock.Instant?
    private var ledgerReadAt: ContinuousClock.Instant?
    private(set) var figures = Throttle.Figures()
    private(set) var tally: RunTally?
    /// Jobs on the lane or delayed, others' among them.
    private(set) var inQueue = 0
    private(set) var tokens: Int?
    private(set) var dollars: Double?

    /// - Parameter maximumRedisBytes: what counts as full where Redis has no `maxmemory`.
    package init(connection: RedisConnection, keys: JobKeys, state: RunState, maximumRedisBytes: Int) {
        self.connection = connection
        self.keys = keys
        self.maximumRedisBytes = maximumRedisBytes
        run = state.run
        collection = state.collection
        mark = LedgerMark(state.fields)
    }

    /// Whether Redis has no count of the run any more.
    var isTallyGone: Bool { readAt != nil && tally == nil }

    /// So many jobs were added since it was read.
    func added(_ jobs: Int) {
        figures.lag += jobs
        inQueue += jobs
    }

    /// Jobs that the lane may hold at all; nil where it has no bound.
    var roomOfLane: Int? { figures.laneBound.flatMap { $0 > 0 ? $0 : nil } }

    /// Reads what is old.
    func refresh() async throws(RedisError) {
        if let readAt, readAt.duration(to: .now) < Self.interval { return }
        let gauges = try await LaneGauges.read(.bulk, run: run, on: connection, keys: keys)
        readAt = .now
        figures = figures(gauges)
        tally = gauges.tally
        inQueue = gauges.length + gauges.delayed
        if let ledgerReadAt, ledgerReadAt.duration(to: .now) < Self.ledgerInterval { return }
        try await refreshLedger()
    }

    func refreshLedger() async throws(RedisError) {
        let spent = try await mark?.spentSince(
            on: collection,
            now: figures.now,
            connection: connection,
            keys: keys
        )
        ledgerReadAt = .now
        tokens = spent?.tokens
        dollars = spent?.dollars
    }

    private func figures(_ gauges: LaneGauges) -> Throttle.Figures {
        var figures = Throttle.Figures()
        figures.lag = gauges.length
        figures.laneBound = gauges.bound
        figures.isLanePaused = gauges.pausedSince != nil
        figures.redisPercent = gauges.memoryUsed.map { used in
            Int((Double(used) * 100 / Double(max(1, gauges.memoryMaximum ?? maximumRedisBytes))).rounded())
        }
        figures.isBudgetUsed = isBudgetUsed(gauges)
        figures.providerWaitsUntil = gauges.provider.waitUntil
        figures.workers = workers(gauges)
        figures.now = gauges.now
        return figures
    }

    private func workers(_ gauges: LaneGauges) -> Int {
        if gauges.workers > 0 {
            workersSeenAt = .now
        } else if let workersSeenAt, workersSeenAt.duration(to: .now) < Self.workerPatience {
            return max(1, figures.workers)
        }
        return gauges.workers
    }

    /// What was found yesterday says nothing of today.
    private func isBudgetUsed(_ gauges: LaneGauges) -> Bool {
        guard let budget = gauges.provider.budget, budget != .ok, let at = gauges.provider.at else { return false }
        return UTCDay(milliseconds: at) == UTCDay(milliseconds: gauges.now)
    }
}
