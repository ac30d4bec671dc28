internal import MCP
internal import Synchronization

/// Who reads a memory and writes it back does so alone. Who only writes it does so beside others of that kind, which the
/// workers put in order. All of them begin in the order in which they come; those of other processes are not seen.
final class MemoryTurns: Sendable {
    private struct Waiter {
        let number: Int
        let isAlone: Bool
        /// false: it does not wait any more.
        let turn: CheckedContinuation<Bool, Never>
    }

    /// Of one memory.
    private struct Line {
        var working = 0
        var isAlone = false
        var waiting: [Waiter] = []

        func admits(alone: Bool) -> Bool { working == 0 || !isAlone && !alone }
    }

    private struct State {
        var lines: [String: Line] = [:]
        var lastNumber = 0
    }

    private let state = Mutex(State())

    /// Memories that somebody works on or waits for.
    var count: Int { state.withLock { $0.lines.count } }

    /// - Throws: what the body throws, or that the calling task was cancelled while it waited.
    func take<Value: Sendable>(
        of memories: Set<String>,
        alone: Bool,
        _ body: () async throws(ToolError) -> Value
    ) async throws(ToolError) -> Value {
        var taken: [String] = []
        defer { for memory in taken { end(memory) } }
        // In one order, so that no two wait for each other.
        for memory in memories.sorted() {
            guard await begin(memory, alone: alone) else { throw .cancelled }
            taken.append(memory)
        }
        return try await body()
    }

    private func begin(_ memory: String, alone: Bool) async -> Bool {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { turn in
                let begins = state.withLock { state -> Bool? in
                    guard !Task.isCancelled else { return false }
                    var line = state.lines[memory] ?? Line()
                    defer { state.lines[memory] = line }
                    guard line.waiting.isEmpty, line.admits(alone: alone) else {
                        line.waiting.append(Waiter(number: number, isAlone: alone, turn: turn))
                        return nil
                    }
                    line.working += 1
                    line.isAlone = alone
                    return true
                }
                if let begins { turn.resume(returning: begins) }
            }
        } onCancel: {
            leave(memory, number)
        }
    }

    private func leave(_ memory: String, _ number: Int) {
        let (left, next) = state.withLock { state -> (Waiter?, [Waiter]) in
            guard let index = state.lines[memory]?.waiting.firstIndex(where: { $0.number == number }) else {
                return (nil, [])
            }
            let left = state.lines[memory]?.waiting.remove(at: index)
            return (left, Self.admit(memory, &state))
        }
        left?.turn.resume(returning: false)
        for waiter in next { waiter.turn.resume(returning: true) }
    }

    private func end(_ memory: String) {
        let next = state.withLock { state in
            state.lines[memory]?.working -= 1
            return Self.admit(memory, &state)
        }
        for waiter in next { waiter.turn.resume(returning: true) }
    }

    /// Those whose turn has come.
    private static func admit(_ memory: String, _ state: inout State) -> [Waiter] {
        guard var line = state.lines[memory] else { return [] }
        var admitted: [Waiter] = []
        while let first = line.waiting.first, line.admits(alone: first.isAlone) {
            line.working += 1
            line.isAlone = first.isAlone
            admitted.append(line.waiting.removeFirst())
        }
        state.lines[memory] = line.working == 0 ? nil : line
        return admitted
    }
}
