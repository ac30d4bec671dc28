internal import JobQueue
internal import Reactor

/// A lane's budget: jobs that are claimed and not finished yet.
@Reactor
final class LaneSlots {
    let capacity: Int
    private(set) var inUse = 0 {
        didSet { metrics.holds(inUse) }
    }
    /// Whether what becomes free is kept for jobs of workers that died: they go before new ones.
    var isKeptForOrphans = false {
        didSet { if !isKeptForOrphans { waiting.wakeAll() } }
    }
    /// The lane's reader, waiting for a free slot or for none in use.
    private let waiting = IdleWorkers()
    private let metrics: LaneMetrics

    init(capacity: Int, metrics: LaneMetrics) {
        self.capacity = capacity
        self.metrics = metrics
    }

    var free: Int { max(0, capacity - inUse) }
    /// For jobs that nobody has claimed yet.
    var freeForNew: Int { isKeptForOrphans ? 0 : free }

    func take(_ count: Int) {
        inUse += count
        metrics.took(count)
    }

    func giveBack(_ count: Int) {
        inUse -= count
        precondition(inUse >= 0, "more slots given back than taken")
        waiting.wakeAll()
    }

    /// Returns when a slot is free for a new job, or the task is cancelled.
    func waitForNew() async {
        while freeForNew == 0 && !Task.isCancelled { await waiting.wait() }
    }

    /// Returns when at least one slot is free, or the task is cancelled.
    func waitForFree() async {
        while free == 0 && !Task.isCancelled { await waiting.wait() }
    }

    /// Returns when no slot is in use, or the task is cancelled.
    func waitForNoneInUse() async {
        while inUse > 0 && !Task.isCancelled { await waiting.wait() }
    }
}
