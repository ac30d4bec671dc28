internal import Synchronization

/// The requests of one connection or session that are worked on, each in a task of its own.
final class Calls: Sendable {
    private struct State {
        var table: CallTable
        var waiting: CheckedContinuation<Void, Never>?
        /// Ends the wait.
        var timer: Task<Void, Never>?
    }

    private let state: Mutex<State>

    init(maximum: Int) {
        state = Mutex(State(table: CallTable(maximum: maximum)))
    }

    var isEmpty: Bool { state.withLock { $0.table.isEmpty } }
    /// Whether `waitUntilIdle` would not wait.
    var isIdle: Bool { state.withLock { $0.table.isIdle } }

    /// Starts the call, or says why not.
    ///
    /// - Parameters:
    ///   - isEndless: it does not end by itself.
    ///   - reply: called once, with the answer: nil where the call was cancelled.
    func start(
        _ id: RequestID,
        isEndless: Bool = false,
        _ work: @escaping @Sendable () async -> Answer,
        reply: @escaping @Sendable (Answer?) -> Void
    ) throws(MCPError) {
        let serial = try begin(id, isEndless: isEndless)
        let task = Task {
            let answer = await work()
            reply(self.end(id, serial) ? answer : nil)
            self.leave(isEndless: isEndless)
        }
        if state.withLock({ $0.table.attach(task, to: id, serial) }) { task.cancel() }
    }

    func cancel(_ id: RequestID) {
        state.withLock { $0.table.cancel(id) }?.cancel()
    }

    /// Cancels all, and refuses those that come later.
    func close() {
        for task in state.withLock({ $0.table.close() }) { task.cancel() }
    }

    /// Waits until all that end by themselves have ended and their answers were handed on, or the time is over. By one
    /// task at a time.
    func waitUntilIdle(atMost limit: Duration) async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                precondition(state.waiting == nil, "two wait for the same calls")
                guard !state.table.isIdle else { return true }
                state.waiting = continuation
                state.timer = Task {
                    // Cancelled where the calls are done before: then nobody waits any more.
                    guard (try? await Task.sleep(for: limit)) != nil else { return }
                    self.wake()
                }
                return false
            }
            if isIdle { continuation.resume() }
        }
    }

    private func begin(_ id: RequestID, isEndless: Bool) throws(MCPError) -> Int {
        let (result, maximum) = state.withLock { ($0.table.begin(id, isEndless: isEndless), $0.table.maximum) }
        switch result {
        case .success(let serial): return serial
        case .failure(let refused): throw refused.error(maximum: maximum)
        }
    }

    private func end(_ id: RequestID, _ serial: Int) -> Bool {
        state.withLock { $0.table.end(id, serial) }
    }

    private func leave(isEndless: Bool) {
        let isIdle = state.withLock { state in
            state.table.leave(isEndless: isEndless)
            return state.table.isIdle
        }
        if isIdle { wake() }
    }

    private func wake() {
        let (waiting, timer) = state.withLock { ($0.waiting.take(), $0.timer.take()) }
        timer?.cancel()
        waiting?.resume()
    }
}
