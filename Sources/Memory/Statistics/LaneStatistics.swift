package import JobQueue

/// What stands in one lane.
package struct LaneStatistics: Sendable {
    package let lane: Lane
    /// Entries in the stream: undelivered and pending ones, as finished ones are removed.
    package let entries: Int
    /// Claimed by a worker and not finished.
    package let pending: Int
    /// Of the pending ones: those whose worker shows no sign of life. The others take them over.
    package var orphaned = 0
    /// Jobs a second that came, over the last ten seconds; nil where no worker measures.
    package var came: Int?
    /// Jobs a second that left, in the same time.
    package var left: Int?
    /// Milliseconds since the oldest entry was added; nil where no worker measures.
    package var oldest: Int?
    /// Entries at which producers are refused; nil where nobody has published a bound.
    package var bound: Int?
    /// Milliseconds since 1970; nil while the lane is not paused.
    package var pausedSince: Int?

    /// In a living worker's hands.
    package var inWork: Int { max(0, pending - orphaned) }
    /// Not claimed by anybody.
    package var undelivered: Int { max(0, entries - pending) }

    package init(lane: Lane, entries: Int, pending: Int) {
        self.lane = lane
        self.entries = entries
        self.pending = pending
    }
}
