package import JobQueue

/// Changes that are sent together.
package struct FollowPage: Sendable {
    package var jobs: JobPage
    /// Of rows that cannot become jobs.
    package var failures: [RunFailure] = []
    package var counts = FollowCounts()
    /// Whether the table was emptied at once, so that nobody knows what is gone.
    package var isTruncated = false
    /// What the jobs speak of.
    var rows: Set<RowKey> = []
    /// What tells of the changes, to be removed when they are done: rows of the outbox.
    var entries: [String] = []
    /// How far polling is with it.
    var position: PollPosition?

    init(keys: JobKeys) {
        jobs = JobPage(keys: keys, capacity: 64 << 10)
    }

    /// Whether there is nothing to be sent or written.
    var isEmpty: Bool { jobs.count == 0 && failures.isEmpty && position == nil }
}
