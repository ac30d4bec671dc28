package import JobQueue

/// Rows that follow each other, made into jobs.
package struct SourcePage: Sendable {
    package var jobs: JobPage
    /// Of rows that cannot become jobs.
    package var failures: [RunFailure] = []
    /// Rows that were read.
    package var rows = 0
    /// The primary key of the last of them; nil where there is none.
    package var after: RowKey?
    /// Whether no row follows.
    package var isLast = false
}
