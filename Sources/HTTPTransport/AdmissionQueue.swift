internal import DequeModule

/// Who may start, who waits, who is refused: first come, first served, with a bound on both. A pure state machine; the
/// transport carries out what it answers.
struct AdmissionQueue {
    typealias ID = UInt64

    enum Admission: Equatable {
        case start
        case wait
        case refuse
    }

    private let maximumRunning: Int
    private let maximumWaiting: Int
    private(set) var running = 0
    // Those who gave up stay in the order as husks until they come to the front or outnumber the others.
    private var order = Deque<ID>()
    private var waitingIDs = Set<ID>()

    init(maximumRunning: Int, maximumWaiting: Int) {
        self.maximumRunning = maximumRunning
        self.maximumWaiting = maximumWaiting
    }

    var waiting: Int { waitingIDs.count }
    var husks: Int { order.count - waitingIDs.count }

    mutating func arrived(_ id: ID) -> Admission {
        // Nobody waits while a slot is free: a slot that is given up goes to the first in line at once.
        if running < maximumRunning {
            running += 1
            return .start
        }
        guard waiting < maximumWaiting else { return .refuse }
        order.append(id)
        waitingIDs.insert(id)
        return .wait
    }

    /// A running one ended. Its slot goes to the one returned, which is to start now.
    mutating func ended() -> ID? {
        precondition(running > 0, "an exchange ended that was not running")
        while let first = order.popFirst() {
            if waitingIDs.remove(first) != nil { return first }
        }
        running -= 1
        return nil
    }

    /// A waiting one gave up.
    mutating func abandoned(_ id: ID) {
        let wasWaiting = waitingIDs.remove(id) != nil
        precondition(wasWaiting, "exchange \(id) gave up waiting, but was not")
        if husks > 64 && husks > waiting {
            order.removeAll { !waitingIDs.contains($0) }
        }
    }
}
