/// What embedding calls carried.
struct BatchSums: Sum {
    var calls = 0
    var inputs = 0
    /// As estimated.
    var tokens = 0
    /// Of each, how much of what it may hold it did: 1 for full.
    var fill = 0.0

    static func += (left: inout BatchSums, right: BatchSums) {
        left.calls += right.calls
        left.inputs += right.inputs
        left.tokens += right.tokens
        left.fill += right.fill
    }
}
