internal import Synchronization

/// Who reads a memory and writes it back does so alone: others of this process wait for their turn, in their order.
final class MemoryTurns: Sendable {
    private let waiting = Mutex<[String: [CheckedContinuation<Void, Never>]]>([:])

    func take<Value: Sendable, Failure: Error>(
        of memory: String,
        _ body: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        await begin(memory)
        defer { end(memory) }
        return try await body()
    }

    private func begin(_ memory: String) async {
        await withCheckedContinuation { turn in
            let isFree = waiting.withLock { waiting in
                if waiting[memory] == nil {
                    waiting[memory] = []
                    return true
                }
                waiting[memory]?.append(turn)
                return false
            }
            if isFree { turn.resume() }
        }
    }

    private func end(_ memory: String) {
        let next = waiting.withLock { waiting -> CheckedContinuation<Void, Never>? in
            guard var others = waiting[memory], !others.isEmpty else {
                waiting[memory] = nil
                return nil
            }
            let next = others.removeFirst()
            waiting[memory] = others
            return next
        }
        next?.resume()
    }
}
