/// Which rows polling has sent in the state that they are in: those of the last moments are read again and again, and are
/// not sent twice.
///
/// Of more rows than it knows the first are forgotten, and not looked back at any more: each pass would send them again.
struct SentRows: Sendable {
    private struct Generation {
        var states: [RowKey: Int] = [:]
        var end: (updated: String, key: RowKey)?
    }

    private let maximum: Int
    /// Of the pass before.
    private var before: [RowKey: Int] = [:]
    /// Of this pass, in two generations, so that what is old can be let go of without looking at each.
    private var older = Generation()
    private var newer = Generation()
    /// The last row that was forgotten, behind which the next pass begins.
    private(set) var floor: (updated: String, key: RowKey)?

    /// - Parameter maximum: rows of a pass that are known at least, and half of those that are known at most.
    init(maximum: Int) {
        self.maximum = maximum
    }

    /// - Parameter state: a hash of it.
    func contains(_ key: RowKey, state: Int) -> Bool {
        (newer.states[key] ?? older.states[key] ?? before[key]) == state
    }

    mutating func note(_ key: RowKey, updated: String, state: Int) {
        if newer.states.count >= maximum {
            floor = older.end ?? floor
            older = newer
            newer = Generation()
        }
        newer.states[key] = state
        newer.end = (updated, key)
    }

    /// A pass is at its end: what it has not met is not met again.
    mutating func endPass() {
        before = older.states.merging(newer.states) { $1 }
        older = Generation()
        newer = Generation()
    }

    mutating func removeAll() { self = SentRows(maximum: maximum) }
}
