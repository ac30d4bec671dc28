package import PostgresClient
package import Reactor

/// Where a run's pages come from, one behind the other.
@Reactor
package protocol PageSource: Sendable {
    /// The rows behind `after`; an empty page that is the last where none follows.
    ///
    /// - Parameters:
    ///   - after: the primary key of the last row that was read; nil to begin with the first.
    ///   - number: of rows of the run that were read before: it makes the jobs' ids.
    ///   - maximum: rows at most, beside the page's own bounds.
    func read(after: RowKey?, number: Int, maximum: Int) async throws(PostgresError) -> SourcePage
}
