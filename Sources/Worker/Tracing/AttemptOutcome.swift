/// What became of an attempt at a job, as its span tells it.
enum AttemptOutcome: String {
    case ok
    /// For good: a dead letter, unless it was refused or cancelled.
    case error
    case cancelled
    case expired
    /// It is to run again.
    case retried
    /// It is another worker's by now.
    case lost
}
