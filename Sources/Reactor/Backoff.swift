/// Exponential backoff with full jitter: the wait before attempt n is drawn evenly from 0 to `initial × 2ⁿ`, capped, so
/// that a thousand clients of one failed server do not come back as one.
/// Source: "Exponential Backoff And Jitter", AWS Architecture Blog.
package struct Backoff: Sendable, Equatable {
    package var initial: Duration
    package var maximum: Duration

    package init(initial: Duration, maximum: Duration) {
        precondition(initial > .zero && maximum >= initial, "backoff from \(initial) to \(maximum)")
        self.initial = initial
        self.maximum = maximum
    }

    /// The cap of the wait after `failures` failures in a row (1 is the first).
    package func ceiling(afterFailures failures: Int) -> Duration {
        var ceiling = initial
        for _ in 1..<max(1, failures) where ceiling < maximum {
            ceiling = ceiling * 2
        }
        return min(ceiling, maximum)
    }

    /// A tenth of the cap is the least, so that a draw near zero never becomes a hot loop.
    package func wait(afterFailures failures: Int) -> Duration {
        ceiling(afterFailures: failures) * Double.random(in: 0.1...1)
    }
}
