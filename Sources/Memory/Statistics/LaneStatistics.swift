package import JobQueue

/// What stands in one lane.
package struct LaneStatistics: Sendable {
    package let lane: Lane
    /// Entries in the stream: undelivered and pending ones, as finished ones are removed.
    package let entries: Int
    /// Claimed by a worker and not finished.
    package let pending: Int
    /// Not claimed by anybody.
    package let undelivered: Int
    /// Whether those were counted; otherwise their number is an estimate.
    package let isUndeliveredExact: Bool
    /// Of the pending ones: those whose worker shows no sign of life. The others take them over.
    package var orphaned = 0
    /// Jobs a second that came, over the last ten seconds; nil where no worker measures.
    package var came: Int?
    /// Jobs a second that left, in the same time.
    package var left: Int?
    /// Jobs a second that workers claimed, in the same time.
    package var claimed: Int?
    /// Milliseconds since the oldest entry was added, delivered or not; 0 in an empty lane, nil where nobody can tell.
    package var oldest: Int?
    /// Milliseconds until the lane is empty at the rates of the last ten seconds: entries by what leaves more than comes.
    /// 0 in an empty lane; nil where no worker measures, and where no more leaves than comes.
    package var drain: Int?
    /// Entries at which producers are refused; nil where nobody has published a bound.
    package var bound: Int?
    /// Milliseconds since 1970; nil while the lane is not paused.
    package var pausedSince: Int?

    /// In a living worker's hands.
    package var inWork: Int { max(0, pending - orphaned) }
    /// Whether something waits and no more leaves than comes; nil where no worker measures. A lane of which all is in work
    /// keeps up, though as much may come as leaves.
    package var isGrowing: Bool? {
        came.map { _ in undelivered > 0 && drain == nil }
    }

    /// - Parameter undelivered: without it, a lane that nobody but workers has changed.
    package init(lane: Lane, entries: Int, pending: Int, undelivered: LaneFlow.Undelivered? = nil) {
        self.lane = lane
        self.entries = entries
        self.pending = pending
        self.undelivered = undelivered?.count ?? max(0, entries - pending)
        isUndeliveredExact = undelivered?.isExact ?? true
    }

    package init(_ flow: LaneFlow, lane: Lane) {
        self.init(lane: lane, entries: flow.entries, pending: flow.pending, undelivered: flow.undelivered)
        oldest = flow.oldest
    }
}
