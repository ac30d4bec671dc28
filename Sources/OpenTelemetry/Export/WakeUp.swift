internal import Reactor

/// Where one task waits for a time, or for being woken before it.
@Reactor
final class WakeUp {
    private var waiter: CheckedContinuation<Void, Never>?
    private var timer: TimerToken?
    private var isRung = false

    /// Returns at once where it was rung since it returned last, and where the task is cancelled.
    func wait(until instant: ContinuousClock.Instant?) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard !isRung && !Task.isCancelled else { return continuation.resume() }
                waiter = continuation
                if let instant { timer = Reactor.loop.schedule(at: instant) { [weak self] in self?.ring() } }
            }
        } onCancel: {
            Task { @Reactor in self.ring() }
        }
        isRung = false
    }

    func ring() {
        isRung = true
        if let timer { Reactor.loop.cancel(timer) }
        timer = nil
        waiter?.resume()
        waiter = nil
    }
}
