internal import Reactor

/// Where the tasks of a pool wait for work. One waking is enough for all that is submitted in one go: the task that wakes
/// wakes the next when there is more than it takes.
@Reactor
final class IdleWorkers {
    private var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
    private var order: [UInt64] = []
    private var nextID: UInt64 = 0
    private var isClosed = false

    /// Returns when woken, closed or cancelled: look again at what there is.
    func wait() async {
        guard !isClosed && !Task.isCancelled else { return }
        nextID += 1
        let id = nextID
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiting[id] = continuation
                order.append(id)
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
        let all = waiting
        waiting = [:]
        order = []
        for continuation in all.values { continuation.resume() }
    }

    /// Nobody waits any more.
    func close() {
        isClosed = true
        wakeAll()
    }

    @discardableResult
    private func resume(_ id: UInt64) -> Bool {
        guard let continuation = waiting.removeValue(forKey: id) else { return false }
        continuation.resume()
        return true
    }
}
