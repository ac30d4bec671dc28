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
    /// For which it wants no more calls.
    package var retryAfter: Duration?
    private let receivedAt: ContinuousClock.Instant

    package init(
        requests: Rate = Rate(),
        tokens: Rate = Rate(),
        retryAfter: Duration? = nil,
        receivedAt: ContinuousClock.Instant = .now
    ) {
        self.requests = requests
        self.tokens = tokens
        self.retryAfter = retryAfter
        self.receivedAt = receivedAt
    }

    /// What of it still holds, with the times that are left.
    func aged(to now: ContinuousClock.Instant) -> ProviderReport {
        let age = receivedAt.duration(to: now)
        var report = self
        report.retryAfter = retryAfter.map { max(.zero, $0 - age) }
        guard age > Self.freshness else { return report }
        report.requests = Rate(limit: requests.limit)
        report.tokens = Rate(limit: tokens.limit)
        return report
    }

    /// The later one counts where it says something; the longest of the waits does.
    mutating func merge(_ later: ProviderReport) {
        let wait = [retryAfter, later.aged(to: receivedAt).retryAfter].compactMap { $0 }.max()
        let said = later.requests.limit == nil && later.tokens.limit == nil ? self : later
        self = ProviderReport(
            requests: said.requests,
            tokens: said.tokens,
            retryAfter: wait,
            receivedAt: said.receivedAt
        )
    }
}
