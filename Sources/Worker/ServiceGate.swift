internal import Reactor

/// Whether calls to a service may go out. After a failure that is not the job's, none does until the backoff is over;
/// then one goes ahead, and the rest follow when it has succeeded. Jobs wait meanwhile; no attempt of theirs is spent.
struct ServiceGate {
    private enum State: Equatable {
        case open
        case closed(until: ContinuousClock.Instant)
        case probing
    }

    private let backoff: Backoff
    private var state = State.open
    private var failures = 0

    init(backoff: Backoff) {
        self.backoff = backoff
    }

    var isOpen: Bool { state == .open }

    /// Asked before a call: whether it may go out. The caller then reports how it went.
    mutating func begin(at now: ContinuousClock.Instant) -> Bool {
        switch state {
        case .open: return true
        case .probing: return false
        case .closed(let until):
            guard until <= now else { return false }
            state = .probing
            return true
        }
    }

    /// Whether the service had been away.
    mutating func succeeded() -> Bool {
        defer {
            state = .open
            failures = 0
        }
        return state != .open || failures > 0
    }

    /// - Parameter retryAfter: what the service asked for; the longer of it and the backoff counts.
    /// - Returns: when the next call may go out.
    mutating func failed(at now: ContinuousClock.Instant, retryAfter: Duration?) -> ContinuousClock.Instant {
        // Calls that were in flight together fail together: that is one failure.
        if case .closed(let until) = state { return until }
        failures += 1
        let until = now + max(backoff.wait(afterFailures: failures), retryAfter ?? .zero)
        state = .closed(until: until)
        return until
    }

    /// A call that says nothing of the service, such as one that was cancelled.
    mutating func abandoned() {
        if state == .probing { state = .closed(until: .now) }
    }
}
