internal import JobQueue

/// How far a follower is: written with each page, in the same step as the page's jobs.
package struct FollowCheckpoint: Sendable, Equatable {
    /// Jobs that were sent: it numbers them.
    package var jobs = 0
    /// Jobs of these that will never be counted as finished: Redis has lost them, or their count.
    var uncounted = 0
    package var counts = FollowCounts()
    /// Where there is no trigger.
    package var position: PollPosition?

    package init() {}

    /// From the fields of a run's state. What is not there is as at the beginning.
    package init(_ fields: [String: String]) {
        func number(_ name: String) -> Int { fields[name].flatMap { Int($0) } ?? 0 }
        jobs = number("jobs")
        uncounted = number("uncounted")
        counts.saved = number("saved")
        counts.forgotten = number("forgotten")
        counts.rejected = number("rejected")
        position = PollPosition(fields)
    }

    package var fields: [(name: String, value: String)] {
        [
            ("jobs", "\(jobs)"), ("uncounted", "\(uncounted)"), ("saved", "\(counts.saved)"),
            ("forgotten", "\(counts.forgotten)"), ("rejected", "\(counts.rejected)"),
        ] + (position?.fields ?? [])
    }

    mutating func add(_ page: FollowPage) {
        jobs += page.jobs.count
        counts += page.counts
        position = page.position ?? position
    }
}
