internal import Reactor

/// Where the tasks of a pool wait for work. One waking is enough for all that is submitted in one go: the task that wakes
/// wakes the next when there is more than it takes.
@Reactor
final class IdleWorkers {
    private enum Waiter {
        /// Said that it waits, and has not suspended yet: the runtime may run other jobs of the reactor in between.
        case arriving
        case suspended(CheckedContinuation<Void, Never>)
    }

    private var waiting: [UInt64: Waiter] = [:]
    private var order: [UInt64] = []
    private var nextID: UInt64 = 0
    private var isClosed = false

    /// Returns when woken, closed or cancelled: look again at what there is.
    ///
    /// Counts as waiting from the call on, so that nothing is missed that is submitted after the caller last looked. For a
    /// task that prefers the loop, that is: any other goes through the loop's queue on its way here, and what is submitted
    /// meanwhile wakes nobody.
    func wait() async {
        guard !isClosed && !Task.isCancelled else { return }
        nextID += 1
        let id = nextID
        waiting[id] = .arriving
        order.append(id)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if waiting[id] == nil {
                    continuation.resume()
                } else {
                    waiting[id] = .suspended(continuation)
                }
            }
        } onCancel: {
            Task { @Reactor in self.resume(id) }
        }
    }

    func wakeOne() {
        while let id = order.popLast() {
            if resume(id) { return }
        }
    }

    func wakeAll() {
        let all = order
        order = []
        for id in all { resume(id) }
    }

    /// Nobody waits any more.
    func close() {
        isClosed = true
        wakeAll()
    }

    @discardableResult
    private func resume(_ id: UInt64) -> Bool {
        guard let waiter = waiting.removeValue(forKey: id) else { return false }
        if case .suspended(let continuation) = waiter { continuation.resume() }
        return true
    }
}
