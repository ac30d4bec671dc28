/// Decides whether the next page may go out: a backfill pours in what the workers can take and no more, so that agents'
/// jobs, Redis and the embedding service's limits are left in peace. It waits; it never fails.
package struct Throttle: Sendable {
    package struct Limits: Sendable, Equatable {
        /// Jobs on the bulk lane, waiting and in work, above which none are added. Defaults to 10,000.
        package var maximumLag = 10_000
        /// Percent of Redis' memory in use above which none are added. Defaults to 80.
        package var maximumRedisPercent = 80
        /// Rows a second; nil for as many as the rest allows.
        package var rowsPerSecond: Double?

        package init() {}
    }

    /// What the decision is made by.
    package struct Figures: Sendable, Equatable {
        /// Jobs on the bulk lane, waiting and in work.
        package var lag = 0
        package var laneBound: Int?
        package var isLanePaused = false
        /// nil where Redis says nothing of it.
        package var redisPercent: Int?
        package var isBudgetUsed = false
        /// Milliseconds since 1970.
        package var providerWaitsUntil: Int?
        package var workers = 0
        /// By the clock of Redis, in milliseconds since 1970.
        package var now = 0

        package init() {}
    }

    package let limits: Limits

    package init(limits: Limits) {
        self.limits = limits
    }

    /// Why a page of so many rows must wait; nil where it may go.
    package func reasonToWait(_ rows: Int, _ figures: Figures) -> WaitReason? {
        if figures.isLanePaused { return .lanePaused }
        if figures.isBudgetUsed { return .budget }
        if let percent = figures.redisPercent, percent > limits.maximumRedisPercent {
            return .redisMemory(percent: percent, bound: limits.maximumRedisPercent)
        }
        // An empty lane takes any page, or a small bound would stop everything for good.
        if figures.lag > 0, figures.lag + rows > limits.maximumLag { return reasonForLag(figures) }
        if let bound = figures.laneBound, bound > 0, figures.lag + rows > bound {
            return .laneFull(jobs: figures.lag, bound: bound)
        }
        return nil
    }

    private func reasonForLag(_ figures: Figures) -> WaitReason {
        if figures.workers == 0 { return .noWorkers(jobs: figures.lag) }
        // Shorter pauses are the service's everyday pace, and no news to anybody.
        if let until = figures.providerWaitsUntil, until > figures.now + 1_000 { return .provider(until: until) }
        return .lag(jobs: figures.lag, bound: limits.maximumLag)
    }

    /// How long to wait so that `rows` rows within `elapsed` keep to the rate; zero where they do.
    package func pause(afterRows rows: Int, in elapsed: Duration) -> Duration {
        guard let rate = limits.rowsPerSecond, rate > 0 else { return .zero }
        let due = Duration.seconds(Double(rows) / rate)
        return due > elapsed ? due - elapsed : .zero
    }
}
