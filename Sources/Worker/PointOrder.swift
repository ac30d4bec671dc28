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
            item.elder = last
        } else {
            writes[id]?.waiting.append(item)
        }
        return .waits
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

    /// The item is not to be done any more, wherever it stands. Its twins, which say the same, have wills of their own:
    /// the first takes its place. Returns the write that now goes on, where the item was the current one.
    mutating func withdraw(_ item: WorkItem, from id: PointID) -> WorkItem? {
        if let elder = item.elder {
            elder.twins.removeAll { $0 === item }
            item.elder = nil
            return nil
        }
        let heir = Self.heir(of: item)
        guard writes[id]?.current !== item else {
            guard let heir else { return finished(id) }
            writes[id]?.current = heir
            return heir
        }
        guard let index = writes[id]?.waiting.firstIndex(where: { $0 === item }) else { return nil }
        if let heir {
            writes[id]?.waiting[index] = heir
        } else {
            writes[id]?.waiting.remove(at: index)
        }
        return nil
    }

    private static func heir(of item: WorkItem) -> WorkItem? {
        guard let heir = item.twins.first else { return nil }
        heir.elder = nil
        heir.twins = Array(item.twins.dropFirst())
        for twin in heir.twins { twin.elder = heir }
        item.twins = []
        return heir
    }
}

extension WorkItem {
    fileprivate func saysTheSame(as other: WorkItem) -> Bool {
        guard case .save = action, case .save = other.action else { return false }
        return job.text == other.job.text && job.metadata == other.job.metadata && job.source == other.job.source
    }
}
