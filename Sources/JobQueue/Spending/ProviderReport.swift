/// What one of the provider's answers said of its limits.
package struct ProviderReport: Sendable, Equatable {
    /// Nil is unknown.
    package struct Rate: Sendable, Equatable {
        package var limit: Int?
        package var remaining: Int?
        /// Until all of it is there again.
        package var reset: Duration?

        package init(limit: Int? = nil, remaining: Int? = nil, reset: Duration? = nil) {
            self.limit = limit
            self.remaining = remaining
            self.reset = reset
        }
    }

    /// What remained so long ago says nothing any more.
    private static let freshness = Duration.seconds(5)

    package var requests: Rate
    package var tokens: Rate
    /// Before which it wants no more calls.
    private var retryAt: ContinuousClock.Instant?
    private let receivedAt: ContinuousClock.Instant

    package init(
        requests: Rate = Rate(),
        tokens: Rate = Rate(),
        retryAfter: Duration? = nil,
        receivedAt: ContinuousClock.Instant = .now
    ) {
        self.requests = requests
        self.tokens = tokens
        retryAt = retryAfter.map { receivedAt + $0 }
        self.receivedAt = receivedAt
    }

    /// For which it wants no more calls from now on.
    func wait(at now: ContinuousClock.Instant) -> Duration { max(.zero, now.duration(to: retryAt ?? now)) }

    /// What of it still holds.
    func aged(to now: ContinuousClock.Instant) -> ProviderReport {
        guard receivedAt.duration(to: now) > Self.freshness else { return self }
        var report = self
        report.requests = Rate(limit: requests.limit)
        report.tokens = Rate(limit: tokens.limit)
        return report
    }

    /// The later one counts where it says something; the longest of the waits does.
    mutating func merge(_ later: ProviderReport) {
        let retryAt = [retryAt, later.retryAt].compactMap { $0 }.max()
        if later.requests.limit != nil || later.tokens.limit != nil { self = later }
        self.retryAt = retryAt
    }
}
