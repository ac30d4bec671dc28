package import JobQueue

/// What a backfill tells while it runs.
package enum BackfillEvent: Sendable {
    /// Now and then, several times a second at most.
    case progress(BackfillProgress)
    /// It waits, for another reason than before.
    case waiting(WaitReason, BackfillProgress)
    /// What it waited for is over.
    case goesOn(BackfillProgress)
}

/// How far a backfill is.
package struct BackfillProgress: Sendable, Equatable {
    /// Rows that there were to read, as the plan counted them.
    package var planned = 0
    package var checkpoint = Checkpoint()
    package var tally = RunTally()
    /// Jobs on the bulk lane, others' included.
    package var lag = 0
    /// Dollars that embedding for the collection has cost since the run began; nil where nobody knows.
    package var dollars: Double?
    package var tokens: Int?
    /// Rows a second that were finished in the last seconds.
    package var rowsPerSecond: Double?

    /// Rows that need nothing more.
    package var finished: Int { checkpoint.rejected + tally.finished }
    /// Rows that came to nothing.
    package var failed: Int { checkpoint.rejected + tally.error + tally.expired }

    package var secondsLeft: Double? {
        guard let rowsPerSecond, rowsPerSecond > 0 else { return nil }
        return Double(max(0, max(planned, checkpoint.read) - finished)) / rowsPerSecond
    }

    package init() {}
}
