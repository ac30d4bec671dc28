import Embeddings
import Reactor

/// Enforces requests a minute as a provider does, and says so as its headers would: a bucket that holds a part of the limit
/// and refills evenly.
@Reactor
final class RequestLimiter {
    private let limit: Int
    private let capacity: Double
    private var left: Double
    private var last = ContinuousClock.now
    private(set) var refused = 0

    init(requestsPerMinute limit: Int, atOnce: Int) {
        self.limit = limit
        capacity = Double(atOnce)
        left = capacity
    }

    /// - Returns: what the headers say, and the error of a call that is one too many.
    func admit() -> (limits: RateLimits, error: EmbeddingError?) {
        let now = ContinuousClock.now
        let perSecond = Double(limit) / 60
        left = min(capacity, left + last.duration(to: now) / .seconds(1) * perSecond)
        last = now
        let isAdmitted = left >= 1
        if isAdmitted { left -= 1 } else { refused += 1 }
        let reset = Duration.seconds((capacity - left) / perSecond)
        let limits = RateLimits(requests: .init(limit: limit, remaining: Int(left), reset: reset))
        guard !isAdmitted else { return (limits, nil) }
        let wait = Duration.seconds((1 - left) / perSecond)
        return (limits, EmbeddingError(.rateLimited, "answered 429", retryAfter: wait, rateLimits: limits))
    }
}
