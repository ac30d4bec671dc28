internal import Synchronization

/// What happens during one exchange over HTTP, from the call to the one task that answers the request. Progress that
/// nobody fetches is dropped beyond a bound; the answer never is.
final class EventChannel: Sendable {
    enum Event: Sendable {
        case message([UInt8])
        /// Nothing has happened for a while.
        case silence
        /// The last event; nil where the call was cancelled, which is answered with nothing.
        case end(Answer?)
    }

    private struct State {
        var waiting: CheckedContinuation<Event, Never>?
        var events: [Event] = []
        var isEnded = false
    }

    private static let maximumEvents = 64

    private let state = Mutex(State())

    func send(_ message: [UInt8]) {
        push(.message(message), bound: Self.maximumEvents)
    }

    /// Told where nothing else is there to be told.
    func tick() {
        push(.silence, bound: 1)
    }

    /// Only the first end counts.
    func end(_ answer: Answer?) {
        push(.end(answer), bound: .max)
    }

    private func push(_ event: Event, bound: Int) {
        let waiting = state.withLock { state -> CheckedContinuation<Event, Never>? in
            guard !state.isEnded, state.events.count < bound else { return nil }
            if case .end = event { state.isEnded = true }
            guard let waiting = state.waiting else {
                state.events.append(event)
                return nil
            }
            state.waiting = nil
            return waiting
        }
        waiting?.resume(returning: event)
    }

    /// The next event. Past the end, and where the waiting task is cancelled, an end without an answer. By one task at a
    /// time.
    func next() async -> Event {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state -> Event? in
                    precondition(state.waiting == nil, "two tasks wait for the events of one exchange")
                    if !state.events.isEmpty { return state.events.removeFirst() }
                    if state.isEnded || Task.isCancelled { return .end(nil) }
                    state.waiting = continuation
                    return nil
                }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            let waiting = state.withLock { $0.waiting.take() }
            waiting?.resume(returning: .end(nil))
        }
    }
}
