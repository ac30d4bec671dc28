internal import Reactor

/// Whether calls of one kind to a service may go out, and what is known of the service by them.
///
/// Closed while all is well. A failure that is not a job's opens it: nothing goes out until the wait is over. Then it is
/// half-open: one call goes out, the probe, which closes it or opens it again. Jobs wait meanwhile; none is charged.
///
/// Calls that were out when it opened have no say any more: their failures belong to the one that opened it, and their
/// successes tell of the time before it.
struct Circuit {
    typealias Instant = ContinuousClock.Instant

    enum State: String, Sendable {
        case closed
        case open
        /// The probe is out, or goes out with the next job.
        case halfOpen = "half_open"
    }

    enum Admission {
        case anyCall
        case probe
        case nothing
    }

    /// For one call, or for the calls that a batch is divided into. Its holder reports how they went.
    struct Permit {
        let isProbe: Bool
        fileprivate let opening: Int
    }

    private enum Phase {
        case closed
        case open(until: Instant)
        case halfOpen
    }

    private let backoff: Backoff
    private var phase = Phase.closed
    /// How often it has opened.
    private var openings = 0
    /// In a row: since the last success.
    private(set) var failures = 0
    /// Of the calls that succeeded, when the one began that began last.
    private(set) var lastSuccessBegan: Instant?

    init(backoff: Backoff) {
        self.backoff = backoff
    }

    func state(at now: Instant) -> State {
        switch phase {
        case .closed: .closed
        case .open(let until): until > now ? .open : .halfOpen
        case .halfOpen: .halfOpen
        }
    }

    /// When the probe may go out; nil unless it is open.
    var retryAt: Instant? {
        if case .open(let until) = phase { until } else { nil }
    }

    func admission(at now: Instant) -> Admission {
        switch phase {
        case .closed: .anyCall
        case .open(let until): until <= now ? .probe : .nothing
        case .halfOpen: .nothing
        }
    }

    mutating func begin(at now: Instant) -> Permit? {
        switch admission(at: now) {
        case .nothing: return nil
        case .anyCall: return Permit(isProbe: false, opening: openings)
        case .probe:
            phase = .halfOpen
            return Permit(isProbe: true, opening: openings)
        }
    }

    /// Whether it has not opened since the permit was given.
    func isCurrent(_ permit: Permit) -> Bool { permit.opening == openings }

    /// The call did what it was to do.
    ///
    /// - Returns: whether this closed the circuit.
    mutating func succeeded(_ permit: Permit, began: Instant) -> Bool {
        lastSuccessBegan = max(lastSuccessBegan ?? began, began)
        return answered(permit)
    }

    /// The service works, and refused what it was sent: no evidence that it would have done better with anything else.
    ///
    /// - Returns: whether this closed the circuit.
    mutating func answered(_ permit: Permit) -> Bool {
        guard isCurrent(permit) else { return false }
        failures = 0
        if case .closed = phase { return false }
        phase = .closed
        return true
    }

    /// - Parameter retryAfter: what the service asked for; the longer of it and the backoff counts.
    /// - Returns: when the next call may go out, where this has changed.
    mutating func failed(_ permit: Permit, at now: Instant, retryAfter: Duration?) -> Instant? {
        guard isCurrent(permit) else { return extended(at: now, by: retryAfter) }
        openings += 1
        failures += 1
        let until = now + max(backoff.wait(afterFailures: failures), retryAfter ?? .zero)
        phase = .open(until: until)
        return until
    }

    /// The call says nothing of the service: it was cancelled, or not made after all.
    mutating func abandoned(_ permit: Permit, at now: Instant) {
        guard isCurrent(permit), case .halfOpen = phase else { return }
        phase = .open(until: now)
    }

    /// Whether a failure is its batch's and not the service's: the batch failed before, and since then a call has begun
    /// and succeeded.
    ///
    /// - Parameter earlier: when the batch failed before.
    func blamesBatch(_ permit: Permit, thatFailedBefore earlier: Instant?) -> Bool {
        guard let earlier, let lastSuccessBegan, isCurrent(permit), case .closed = phase else { return false }
        return lastSuccessBegan > earlier
    }

    private mutating func extended(at now: Instant, by retryAfter: Duration?) -> Instant? {
        guard let retryAfter, case .open(let until) = phase, now + retryAfter > until else { return nil }
        phase = .open(until: now + retryAfter)
        return now + retryAfter
    }
}
