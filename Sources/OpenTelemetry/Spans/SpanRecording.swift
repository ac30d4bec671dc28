internal import Synchronization
internal import Tracing

/// What a span that is recorded writes down until it ends. Nothing is taken down afterwards.
final class SpanRecording: Sendable {
    private struct State {
        var record: SpanRecord
        var isEnded = false
    }

    private let state: Mutex<State>
    private let queue: SpanQueue

    init(_ record: SpanRecord, queue: SpanQueue) {
        state = Mutex(State(record: record))
        self.queue = queue
    }

    var isEnded: Bool { state.withLock { $0.isEnded } }
    var record: SpanRecord { state.withLock { $0.record } }

    func change(_ change: (inout SpanRecord) -> Void) {
        state.withLock { state in
            if !state.isEnded { change(&state.record) }
        }
    }

    /// - Parameter nanoseconds: since 1970.
    func end(at nanoseconds: UInt64) {
        let ended: SpanRecord? = state.withLock { state in
            guard !state.isEnded else { return nil }
            state.isEnded = true
            // A clock that was set back meanwhile makes no span of negative length.
            state.record.end = max(nanoseconds, state.record.start)
            return state.record
        }
        if let ended { queue.add(ended) }
    }
}
