internal import Reactor

/// Where one task at a time waits for a sign. A sign that comes while nobody waits is kept for the next wait, which may
/// be about something else by then: so what is waited for is looked at before and after.
@Reactor
final class SingleWaiter {
    enum Wake: Sendable {
        case signalled
        case timedOut
        case cancelled
    }

    private var continuation: CheckedContinuation<Wake, Never>?
    /// Of the waits: a cancellation that comes late is not for the next one.
    private var number = 0
    private var isSignalled = false
    private(set) var isWaiting = false

    /// - Parameter deadline: nil for never.
    func wait(until deadline: ContinuousClock.Instant?) async -> Wake {
        precondition(!isWaiting, "two tasks wait for one sign")
        isWaiting = true
        defer { isWaiting = false }
        number += 1
        let number = number
        let timer = deadline.map { deadline in
            Reactor.loop.schedule(at: deadline) { [weak self] in self?.end(number, .timedOut) }
        }
        let wake = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Wake, Never>) in
                self.continuation = continuation
                if Task.isCancelled { end(number, .cancelled) }
                if isSignalled { end(number, .signalled) }
            }
        } onCancel: {
            Task { @Reactor in end(number, .cancelled) }
        }
        if let timer { Reactor.loop.cancel(timer) }
        isSignalled = false
        return wake
    }

    func signal() {
        isSignalled = true
        end(number, .signalled)
    }

    private func end(_ number: Int, _ wake: Wake) {
        guard number == self.number, let continuation else { return }
        self.continuation = nil
        continuation.resume(returning: wake)
    }
}
