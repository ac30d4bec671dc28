/// What became of a job: a label of the metrics.
enum JobOutcome: String, CaseIterable, Sendable {
    case ok
    /// For good: a dead letter.
    case failed
    /// Told at once that it is not done, for no fault of its own.
    case refused
    case cancelled
    case expired
}
