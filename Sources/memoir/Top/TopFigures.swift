import JobQueue
import Memory

/// What `memoir top` shows.
struct TopFigures {
    /// nil until the first answer.
    var statistics: SystemStatistics?
    var history: [LaneHistory.Sample] = []
    /// When they were read, ms since 1970.
    var readAt = 0
    /// Why there are no newer ones; nil where all is well.
    var problem: String?
    /// The display stands still.
    var isPaused = false
    /// Where Redis is.
    var server = ""
}
