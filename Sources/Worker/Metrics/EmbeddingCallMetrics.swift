internal import CoreMetrics
internal import Embeddings
internal import Synchronization

/// How calls to the embedding provider ended, how long they took, and what its limits leave.
final class EmbeddingCallMetrics: Sendable {
    private let factory: any MetricsFactory
    private let ok: Counter
    private let duration: Timer
    /// Providers that say nothing of their limits show none.
    private let remaining = Mutex<[String: Meter]>([:])

    init(_ factory: any MetricsFactory) {
        self.factory = factory
        ok = factory.counter(.embeddingCalls, [("status", "ok")])
        duration = factory.timer(.embeddingCall)
    }

    func ended(_ failure: EmbeddingError?, _ limits: RateLimits?, after began: ContinuousClock.Instant) {
        duration.recordNanoseconds(began.duration(to: .now).wholeNanoseconds)
        if let failure {
            factory.counter(.embeddingCalls, [("status", "\(failure.code)")]).increment()
        } else {
            ok.increment()
        }
        leave(limits?.requests.remaining, of: "requests")
        leave(limits?.tokens.remaining, of: "tokens")
    }

    private func leave(_ count: Int?, of kind: String) {
        guard let count else { return }
        remaining.withLock { meters in
            if meters[kind] == nil { meters[kind] = factory.meter(.rateLimitRemaining, [("kind", kind)]) }
            meters[kind]?.set(count)
        }
    }
}
