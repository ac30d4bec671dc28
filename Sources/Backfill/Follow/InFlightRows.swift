/// Rows whose jobs were sent and may not be done yet. A second job of a row waits for the first: several workers do not
/// keep the order of two writes, and none keeps that of a forget by filter, so that the older one could win.
///
/// It is not known which jobs are done, but how many: when all are, no row is in flight.
struct InFlightRows: Sendable {
    /// Rows above which all are waited for.
    static let maximum = 50_000
    /// An empty queue has nothing in flight, whatever is counted: jobs can be removed.
    private let patienceWithEmptyQueue: Duration
    /// Others' jobs may hide that ours are gone.
    private static let patience = Duration.seconds(600)

    private var rows: Set<RowKey> = []
    /// Whether there may be others: those of a process before this one.
    private var isUnknown = true
    private var missing = 0
    private var missingSince: ContinuousClock.Instant?
    private var emptySince: ContinuousClock.Instant?

    init(patienceWithEmptyQueue: Duration) {
        self.patienceWithEmptyQueue = patienceWithEmptyQueue
    }

    /// Whether none of these rows has a job under way.
    func allows(_ wanted: Set<RowKey>) -> Bool {
        if wanted.isEmpty { return true }
        return !isUnknown && rows.count <= Self.maximum && rows.isDisjoint(with: wanted)
    }

    mutating func add(_ more: Set<RowKey>) {
        rows.formUnion(more)
    }

    /// Jobs of a process before may be under way.
    mutating func becomeUnknown() {
        isUnknown = true
        missingSince = nil
        emptySince = nil
    }

    /// - Parameters:
    ///   - missing: jobs that were sent and are not counted as finished.
    ///   - inQueue: on the lane or delayed, others' among them.
    /// - Returns: jobs that are given up: they are gone, and will never be counted.
    mutating func look(missing: Int, inQueue: Int, at now: ContinuousClock.Instant = .now) -> Int {
        guard missing > 0 else {
            clear()
            return 0
        }
        if missing != self.missing || missingSince == nil {
            self.missing = missing
            missingSince = now
            emptySince = nil
        }
        if inQueue > 0 { emptySince = nil } else if emptySince == nil { emptySince = now }
        let isEmpty = emptySince.map { $0.duration(to: now) >= patienceWithEmptyQueue } ?? false
        let isStuck = missingSince.map { $0.duration(to: now) >= Self.patience } ?? false
        guard isEmpty || isStuck else { return 0 }
        clear()
        return missing
    }

    private mutating func clear() {
        rows = []
        isUnknown = false
        missing = 0
        missingSince = nil
        emptySince = nil
    }
}
