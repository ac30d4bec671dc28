internal import DequeModule
internal import JobQueue
internal import Reactor
internal import VectorStore

/// Keeps writes to one point in the order in which they were claimed: the embedding of a later one may be ready first.
///
/// At most one write of a point is in flight; the next waits for it. A save that says the same as the last one before it
/// needs no write of its own and becomes its twin.
@Reactor
struct PointOrder {
    enum Admission {
        case goesOn
        case waits
    }

    /// For each point in flight, the write and those that wait for it, in order.
    private var writes: [PointID: (current: WorkItem, waiting: Deque<WorkItem>)] = [:]

    /// Points with a write in flight.
    var count: Int { writes.count }

    mutating func admit(_ item: WorkItem, to id: PointID) -> Admission {
        guard let (current, waiting) = writes[id] else {
            writes[id] = (item, [])
            return .goesOn
        }
        let last = waiting.last ?? current
        if last.saysTheSame(as: item) {
            last.twins.append(item)
        } else {
            writes[id]?.waiting.append(item)
        }
        return .waits
    }

    /// Another write takes the place of the current one.
    mutating func replaceCurrent(of id: PointID, with item: WorkItem) {
        writes[id]?.current = item
    }

    /// The current write is done, in whatever way. Returns the next one of that point, which now goes on.
    mutating func finished(_ id: PointID) -> WorkItem? {
        guard let next = writes[id]?.waiting.popFirst() else {
            writes[id] = nil
            return nil
        }
        writes[id]?.current = next
        return next
    }
}

extension WorkItem {
    fileprivate func saysTheSame(as other: WorkItem) -> Bool {
        guard case .save = action, case .save = other.action else { return false }
        return job.text == other.job.text && job.metadata == other.job.metadata
    }
}
