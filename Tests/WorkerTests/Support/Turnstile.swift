import Reactor

/// Holds calls up until a test lets them through.
@Reactor
final class Turnstile {
    private var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    private var nextNumber = 0
    /// Whether a call that says this is held.
    var holds: (_ what: [String]) -> Bool = { _ in false } {
        didSet { wake() }
    }

    nonisolated init() {}

    /// Calls that are held now.
    private(set) var heldCount = 0

    /// Returns when the call is not held any more, or its task is cancelled.
    func pass(_ what: [String]) async {
        heldCount += 1
        defer { heldCount -= 1 }
        while holds(what) && !Task.isCancelled { await wait() }
    }

    private func wait() async {
        nextNumber += 1
        let number = nextNumber
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiting[number] = $0 }
        } onCancel: {
            Task { @Reactor in self.waiting.removeValue(forKey: number)?.resume() }
        }
    }

    private func wake() {
        let all = waiting.values
        waiting = [:]
        for continuation in all { continuation.resume() }
    }
}
