internal import Reactor

/// A cancel request under way, for which one waits no longer than a deadline: it blocks a thread for as long as the
/// server likes.
@Reactor
final class CancelTask {
    private let waiter = SingleWaiter()
    private var isDone = false

    init(_ request: CancelRequest?) {
        guard let request else {
            isDone = true
            return
        }
        Task {
            await request.send()
            self.isDone = true
            self.waiter.signal()
        }
    }

    func wait(until deadline: ContinuousClock.Instant) async throws(PostgresError) {
        while !isDone {
            guard await waiter.wait(until: deadline) == .signalled else {
                throw PostgresError(.timedOut, "the server does not answer a cancel request")
            }
        }
    }
}
