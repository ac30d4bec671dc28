internal import Synchronization

/// Collects the answers to a batch, which are sent together.
final class BatchReply: Sendable {
    private struct State {
        var missing: Int
        var answers: [Answer] = []
    }

    private let state: Mutex<State>
    private let send: @Sendable ([UInt8]) -> Void

    init(count: Int, send: @escaping @Sendable ([UInt8]) -> Void) {
        state = Mutex(State(missing: count))
        self.send = send
    }

    /// Of one message, once; nil where it is answered with nothing.
    func add(_ answer: Answer?) {
        let message = state.withLock { state -> [UInt8]? in
            state.missing -= 1
            if let answer { state.answers.append(answer) }
            return state.missing == 0 ? IncomingBatch.join(state.answers) : nil
        }
        if let message { send(message) }
    }
}
