package import JobQueue

/// What stands in one lane.
package struct LaneStatistics: Sendable {
    package let lane: Lane
    /// Entries in the stream: undelivered and pending ones, as finished ones are removed.
    package let entries: Int
    /// Claimed by a worker and not finished.
    package let pending: Int
    /// Entries at which producers are refused; nil where nobody has published a bound.
    package var bound: Int?
    /// Milliseconds since 1970; nil while the lane is not paused.
    package var pausedSince: Int?

    /// Not claimed by anybody.
    package var undelivered: Int { max(0, entries - pending) }
}
