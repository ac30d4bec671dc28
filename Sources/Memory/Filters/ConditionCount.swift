import JobQueue

/// Counts the conditions of a filter against their bound.
struct ConditionCount {
    private(set) var value = 0
    let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    mutating func add() throws(InvalidJob) {
        value += 1
        guard value <= limit else {
            throw InvalidJob("filters", "has more than \(limit) conditions; split the job or use fewer values")
        }
    }
}
