internal import HeapModule

/// Names one timer, to cancel it.
package struct TimerToken: Hashable, Sendable {
    fileprivate let id: UInt64
}

/// Deadlines in order, each firing once. A cancelled one stays in the heap as a husk until it is due or until husks are
/// the larger part, when they are swept: so the heap is never more than twice the live timers (plus a floor of 64).
struct TimerQueue {
    typealias Action = @Reactor () -> Void

    private struct Entry: Comparable {
        let deadline: ContinuousClock.Instant
        let id: UInt64

        static func < (a: Entry, b: Entry) -> Bool {
            a.deadline == b.deadline ? a.id < b.id : a.deadline < b.deadline
        }
    }

    private var heap = Heap<Entry>()
    private var actions: [UInt64: Action] = [:]
    private var nextID: UInt64 = 0

    var count: Int { actions.count }
    var husks: Int { heap.count - actions.count }

    mutating func schedule(at deadline: ContinuousClock.Instant, _ action: @escaping Action) -> TimerToken {
        nextID += 1
        heap.insert(Entry(deadline: deadline, id: nextID))
        actions[nextID] = action
        return TimerToken(id: nextID)
    }

    /// Whether the timer was still to fire.
    @discardableResult
    mutating func cancel(_ token: TimerToken) -> Bool {
        guard actions.removeValue(forKey: token.id) != nil else { return false }
        if husks > 64 && husks > actions.count {
            heap = Heap(heap.unordered.filter { actions[$0.id] != nil })
        }
        return true
    }

    /// The earliest live deadline.
    mutating func earliest() -> ContinuousClock.Instant? {
        while let first = heap.min {
            if actions[first.id] != nil { return first.deadline }
            heap.removeMin()
        }
        return nil
    }

    /// Takes out the earliest timer if it is due.
    mutating func popDue(at now: ContinuousClock.Instant) -> Action? {
        while let first = heap.min, first.deadline <= now {
            heap.removeMin()
            if let action = actions.removeValue(forKey: first.id) { return action }
        }
        return nil
    }
}
