/// The checks of one service.
struct Examination: Sendable {
    /// Whether the service answers at all: where it does not, there is no point in the others.
    let gate: any Check
    let others: [any Check]
}
