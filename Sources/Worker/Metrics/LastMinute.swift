/// What adds up.
protocol Sum: Sendable {
    init()
    static func += (left: inout Self, right: Self)
}

/// What was recorded in the last minute: the last fifty to sixty seconds, in slots of ten. Recording asks no clock; whoever
/// reads does, and is expected to at least once a slot.
struct LastMinute<Counts: Sum>: Sendable {
    private static var slots: Int { 6 }
    private static var slotDuration: Duration { .seconds(10) }

    /// To be recorded into.
    var current = Counts()
    private var past: [Counts] = []
    private var currentEnds: ContinuousClock.Instant?

    mutating func total(at now: ContinuousClock.Instant) -> Counts {
        turn(at: now)
        return past.reduce(into: current) { $0 += $1 }
    }

    private mutating func turn(at now: ContinuousClock.Instant) {
        guard var end = currentEnds else {
            currentEnds = now + Self.slotDuration
            return
        }
        guard end <= now else { return }
        past.insert(current, at: 0)
        current = Counts()
        end += Self.slotDuration
        // Slots in which nobody read: what was recorded then stands in the one before.
        while end <= now && past.count < 2 * Self.slots {
            past.insert(Counts(), at: 0)
            end += Self.slotDuration
        }
        past.removeLast(max(0, past.count - (Self.slots - 1)))
        currentEnds = max(end, now)
    }
}
