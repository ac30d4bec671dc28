internal import DequeModule
internal import JobQueue
internal import Reactor

/// Items that wait for calls of one kind to one collection, by standing.
@Reactor
struct StoreLine {
    private var untried = Deque<WorkItem>()
    private var retried = Deque<WorkItem>()
    private var suspects = Deque<WorkItem>()
    /// Of the last call.
    private var last = Standing.untried

    var isEmpty: Bool { untried.isEmpty && retried.isEmpty && suspects.isEmpty }

    mutating func add(_ item: WorkItem) {
        switch item.standing {
        case .untried: untried.append(item)
        case .retried: retried.append(item)
        case .suspect: suspects.append(item)
        }
    }

    /// Items for one call, all of one standing; none where none wait.
    mutating func take(_ count: Int, isProbe: Bool) -> [WorkItem] {
        for standing in Standing.order(isProbe: isProbe, last: last) {
            let taken =
                switch standing {
                case .untried: untried.takeFirst(count)
                case .retried: retried.takeFirst(min(count, Standing.retriedTogether))
                case .suspect: suspects.takeFirst(count)
                }
            guard !taken.isEmpty else { continue }
            last = standing
            return taken
        }
        return []
    }

    /// They wait again: first among their equals, or last where they are suspects, so that the next probe is something else.
    mutating func putBack(_ items: [WorkItem]) {
        suspects.append(contentsOf: items.filter { $0.standing == .suspect })
        retried.prepend(contentsOf: items.filter { $0.standing == .retried })
        untried.prepend(contentsOf: items.filter { $0.standing == .untried })
    }

    mutating func discardSettled() {
        untried.removeAll(where: \.isSettled)
        retried.removeAll(where: \.isSettled)
        suspects.removeAll(where: \.isSettled)
    }
}

extension WorkItem {
    fileprivate var standing: Standing {
        failedAt != nil ? .suspect : job.history.attempts > 0 ? .retried : .untried
    }
}

extension Deque {
    fileprivate mutating func takeFirst(_ count: Int) -> [Element] {
        let taken = Array(prefix(count))
        removeFirst(taken.count)
        return taken
    }
}
