internal import Synchronization

/// Opened once, by anybody; until then whoever waits waits.
final class Latch: Sendable {
    private struct State {
        var isOpen = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            return state.waiting.take()
        }
        waiting?.resume()
    }

    /// Returns when it is open, or the time is over, whether the task is cancelled or not. By one task at a time.
    func wait(atMost limit: Duration) async {
        let waiting = Task { await wait() }
        let timer = Task {
            guard (try? await Task.sleep(for: limit)) != nil else { return }
            waiting.cancel()
        }
        await waiting.value
        timer.cancel()
    }

    /// Returns when it is open, or the task is cancelled. By one task at a time.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    precondition(state.waiting == nil, "two wait at one latch")
                    guard !state.isOpen, !Task.isCancelled else { return true }
                    state.waiting = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let waiting = state.withLock { $0.waiting.take() }
            waiting?.resume()
        }
    }
}
