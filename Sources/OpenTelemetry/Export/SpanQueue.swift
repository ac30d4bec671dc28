internal import Synchronization

/// Spans that have ended and wait to be sent, up to a bound: what comes beyond it is dropped and counted, so that a
/// collector which is away costs neither memory nor time.
package final class SpanQueue: Sendable {
    private struct State {
        var spans: [SpanRecord] = []
        var dropped = 0
        var ring: (@Sendable () -> Void)?
    }

    private let capacity: Int
    let batchSize: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - capacity: spans that may wait. Defaults to 2,048.
    ///   - batchSize: spans that are sent at a time. Defaults to 512.
    package init(capacity: Int = 2_048, batchSize: Int = 512) {
        precondition(batchSize > 0 && capacity >= batchSize, "batches of \(batchSize) in a queue of \(capacity)")
        self.capacity = capacity
        self.batchSize = batchSize
    }

    /// - Parameter ring: called from any thread when there is something at last, and when a batch is full.
    func onReady(_ ring: @escaping @Sendable () -> Void) {
        state.withLock { $0.ring = ring }
    }

    func add(_ span: SpanRecord) {
        let ring: (@Sendable () -> Void)? = state.withLock { state in
            guard state.spans.count < capacity else {
                state.dropped += 1
                return nil
            }
            state.spans.append(span)
            let count = state.spans.count
            return count == 1 || count == batchSize ? state.ring : nil
        }
        ring?()
    }

    var count: Int { state.withLock { $0.spans.count } }

    /// The oldest, at most a batch of them.
    func takeBatch() -> [SpanRecord] {
        state.withLock { state in
            let batch = Array(state.spans.prefix(batchSize))
            state.spans.removeFirst(batch.count)
            return batch
        }
    }

    /// How many were dropped since it was asked last.
    func takeDropped() -> Int {
        state.withLock { state in
            defer { state.dropped = 0 }
            return state.dropped
        }
    }
}
