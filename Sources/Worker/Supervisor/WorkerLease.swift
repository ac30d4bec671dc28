internal import Reactor

/// Whether this worker is known to be alive. Others take over the jobs of one that is not, so after a silence that is too
/// long, such as a pause of the process, it must ask which jobs are still its own before it writes anything.
@Reactor
final class WorkerLease {
    /// How long a sign of life lasts.
    let lifetime: Duration
    private var confirmedAt: ContinuousClock.Instant?
    /// Counts the times that it was in doubt: what was claimed in an earlier epoch may be another worker's by now.
    private(set) var epoch = 0
    private let waiting = IdleWorkers()

    init(lifetime: Duration) {
        self.lifetime = lifetime
    }

    var isInDoubt: Bool { isInDoubt(at: .now) }

    func isInDoubt(at now: ContinuousClock.Instant) -> Bool {
        guard let confirmedAt else { return true }
        return confirmedAt.duration(to: now) >= lifetime
    }

    /// - Parameter instant: when the sign of life was sent; it cannot have arrived earlier.
    func confirm(sentAt instant: ContinuousClock.Instant) {
        if isInDoubt { epoch += 1 }
        confirmedAt = instant
        if !isInDoubt { waiting.wakeAll() }
    }

    /// Returns when it is not in doubt, or the task is cancelled.
    func waitUntilConfirmed() async {
        while isInDoubt && !Task.isCancelled { await waiting.wait() }
    }
}
