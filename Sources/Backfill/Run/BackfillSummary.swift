/// How a backfill ended.
package struct BackfillSummary: Sendable, Equatable {
    package enum State: String, Sendable {
        /// All rows were read, and all of their jobs are done.
        case finished
        /// All rows were read; what the workers make of them was not waited for.
        case detached
        /// Stopped on the way: it can be taken up again.
        case stopped
    }

    package let state: State
    package let run: String
    package let progress: BackfillProgress
    /// Of this process.
    package let seconds: Double

    package init(state: State, run: String, progress: BackfillProgress, seconds: Double) {
        self.state = state
        self.run = run
        self.progress = progress
        self.seconds = seconds
    }
}
