/// Which rows polling has sent in the state that they are in: those of the last moments are read again and again, and are
/// not sent twice. What is forgotten of it is sent once more, which does no harm.
struct SentRows: Sendable {
    private let maximum: Int
    /// In two generations, so that what is old can be let go of without looking at each.
    private var older: [RowKey: String] = [:]
    private var newer: [RowKey: String] = [:]
    private var hasTurned = false
    /// Whether some of this pass are not known any more.
    private(set) var hasForgotten = false

    /// - Parameter maximum: rows that are known at least, and half of those that are known at most.
    init(maximum: Int = 50_000) {
        self.maximum = maximum
    }

    func contains(_ key: RowKey, updated: String) -> Bool {
        newer[key] == updated || older[key] == updated
    }

    mutating func note(_ key: RowKey, updated: String) {
        if newer.count >= maximum {
            hasForgotten = hasTurned
            hasTurned = true
            turn()
        }
        newer[key] = updated
    }

    /// A pass is at its end: what it has not met is not met again.
    mutating func endPass() {
        if !hasTurned { turn() }
        hasTurned = false
        hasForgotten = false
    }

    mutating func removeAll() { self = SentRows(maximum: maximum) }

    private mutating func turn() {
        older = newer
        newer = [:]
    }
}
