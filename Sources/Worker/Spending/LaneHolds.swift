internal import JobQueue

/// Which lanes' texts stay back for a while.
struct LaneHolds {
    typealias Instant = ContinuousClock.Instant

    private var ends: [Lane: Instant] = [:]

    /// The last word counts, be it longer or shorter than the one before.
    mutating func hold(_ lane: Lane, until end: Instant) { ends[lane] = end }

    func held(at now: Instant) -> Set<Lane> {
        if ends.isEmpty { return [] }
        return Set(ends.filter { $0.value > now }.keys)
    }
}
