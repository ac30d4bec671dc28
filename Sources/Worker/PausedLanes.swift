internal import JobQueue
internal import Reactor

/// The lanes that operators have paused, as far as this worker has heard.
@Reactor
final class PausedLanes {
    private var paused: Set<Lane> = []
    private let waiting = IdleWorkers()

    func contains(_ lane: Lane) -> Bool { paused.contains(lane) }

    func replace(with lanes: Set<Lane>) {
        guard lanes != paused else { return }
        paused = lanes
        waiting.wakeAll()
    }

    /// Returns when the lane is not paused, or the task is cancelled.
    func waitUntilRunning(_ lane: Lane) async {
        while paused.contains(lane) && !Task.isCancelled { await waiting.wait() }
    }
}
