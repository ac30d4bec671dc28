internal import JobQueue
internal import Reactor

/// All items that this worker has admitted and not settled.
@Reactor
final class InFlight {
    private(set) var items: [WorkItem] = []
    /// Those with a deadline.
    private(set) var deadlineCount = 0
    private let idle = IdleWorkers()

    func add(_ item: WorkItem) {
        item.position = items.count
        items.append(item)
        if item.job.deadline != nil {
            deadlineCount += 1
            idle.wakeOne()
        }
    }

    /// The last one takes its place: no search, no shift.
    func remove(_ item: WorkItem) {
        guard items.indices.contains(item.position), items[item.position] === item else { return }
        let last = items.removeLast()
        if last !== item {
            items[item.position] = last
            last.position = item.position
        }
        if item.job.deadline != nil { deadlineCount -= 1 }
    }

    /// Returns when an item with a deadline is there, or the task is cancelled.
    func waitForDeadlines() async {
        while deadlineCount == 0 && !Task.isCancelled { await idle.wait() }
    }
}
