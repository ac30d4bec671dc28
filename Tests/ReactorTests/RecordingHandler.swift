import Reactor

/// Keeps what it is told, and does what a test wants done then.
@Reactor
final class RecordingHandler: ReadinessHandler, TurnEndHandler {
    private(set) var readiness: [Readiness] = []
    private(set) var turnsEnded = 0
    var onReady: @Reactor (Readiness) -> Void = { _ in }
    var onTurnEnd: @Reactor () -> Void = {}

    nonisolated init() {}

    func descriptorReady(_ readiness: Readiness) {
        self.readiness.append(readiness)
        onReady(readiness)
    }

    func turnEnded() {
        turnsEnded += 1
        onTurnEnd()
    }
}

/// Returns once the loop has gone through `count` turns.
@Reactor
func passTurns(_ count: Int = 3) async {
    for _ in 0..<count {
        await withCheckedContinuation { continuation in
            Reactor.loop.schedule(after: .milliseconds(1)) { continuation.resume() }
        }
    }
}

/// Whether the condition came true within a time that is long for this machine.
@Reactor
func eventually(_ condition: @Reactor () -> Bool) async -> Bool {
    for _ in 0..<5_000 {
        if condition() { return true }
        await passTurns(1)
    }
    return condition()
}
