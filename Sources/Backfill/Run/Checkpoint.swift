internal import JobQueue

/// How far a backfill has come in its source: written with each page, in the same step as the page's jobs.
package struct Checkpoint: Sendable, Equatable {
    /// The primary key of the last row that was read; nil before the first.
    package var after: RowKey?
    /// Rows that were read.
    package var read = 0
    /// Rows that became jobs.
    package var enqueued = 0
    /// Rows that were read and could not become jobs.
    package var rejected = 0
    /// Rows without a place in the order of the primary key, which are never read: the plan has told of them, and they are
    /// no failures.
    package var leftOut = 0
    /// Whether there are no more rows.
    package var isComplete = false

    package init() {}

    /// Before the first row.
    package init(leavingOut rows: Int) {
        leftOut = rows
    }

    /// From the fields of a run's state. What is not there is as at the beginning.
    package init(_ fields: [String: String]) {
        after = fields["after"].flatMap { RowKey(json: $0) }
        read = fields["read"].flatMap { Int($0) } ?? 0
        enqueued = fields["enqueued"].flatMap { Int($0) } ?? 0
        rejected = fields["rejected"].flatMap { Int($0) } ?? 0
        leftOut = fields["left_out"].flatMap { Int($0) } ?? 0
        isComplete = fields["complete"] == "1"
    }

    package var fields: [(name: String, value: String)] {
        var fields = [
            (name: "read", value: "\(read)"), (name: "enqueued", value: "\(enqueued)"),
            (name: "rejected", value: "\(rejected)"), (name: "left_out", value: "\(leftOut)"),
            (name: "complete", value: isComplete ? "1" : "0"),
        ]
        if let after { fields.append((name: "after", value: after.json)) }
        return fields
    }

    mutating func add(_ page: SourcePage) {
        read += page.rows
        enqueued += page.jobs.count
        rejected += page.failures.count
        after = page.after ?? after
        isComplete = page.isLast
    }
}
