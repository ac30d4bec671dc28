internal import Reactor

/// Where one task at a time waits for a sign. A sign that comes while nobody waits is kept for the next wait, which may
/// be about something else by then: so what is waited for is looked at before and after.
@Reactor
final class SingleWaiter {
    enum Wake: Sendable {
        case signalled
        case timedOut
        /// The task was cancelled, or another one waits in its place.
        case cancelled
    }

    private var continuation: CheckedContinuation<Wake, Never>?
    /// Of the waits: a cancellation or a deadline that comes late is not for the next one.
    private var number = 0
    private var isSignalled = false

    /// - Parameter deadline: nil for never.
    func wait(until deadline: ContinuousClock.Instant?) async -> Wake {
        end(number, .cancelled)
        number += 1
        let number = number
        let timer = deadline.map { deadline in
            Reactor.loop.schedule(at: deadline) { [weak self] in self?.end(number, .timedOut) }
        }
        let wake = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Wake, Never>) in
                begin(number, deadline, continuation)
            }
        } onCancel: {
            Task { @Reactor in end(number, .cancelled) }
        }
        if let timer { Reactor.loop.cancel(timer) }
        return wake
    }

    /// A task that does not prefer the loop as its executor comes here by way of the loop's queue: much may have happened
    /// since it began.
    private func begin(
        _ number: Int,
        _ deadline: ContinuousClock.Instant?,
        _ continuation: CheckedContinuation<Wake, Never>
    ) {
        if Task.isCancelled || number != self.number {
            continuation.resume(returning: .cancelled)
        } else if let deadline, deadline <= .now {
            continuation.resume(returning: .timedOut)
        } else if isSignalled {
            isSignalled = false
            continuation.resume(returning: .signalled)
        } else {
            self.continuation = continuation
        }
    }

    func signal() {
        if continuation == nil { isSignalled = true } else { end(number, .signalled) }
    }

    private func end(_ number: Int, _ wake: Wake) {
        guard number == self.number, let continuation else { return }
        self.continuation = nil
        continuation.resume(returning: wake)
    }
}
