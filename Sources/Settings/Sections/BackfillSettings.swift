/// `backfill`: how rows of the database are filled in.
package struct BackfillSettings: Sendable, Equatable {
    /// `backfill.pageRows`, rows of one page. Defaults to 1,000.
    package var pageRows = 1_000
    /// `backfill.pageBytes`, bytes of one page. Defaults to 4 MiB.
    package var pageBytes = 4 << 20
    /// `backfill.maximumLag`, jobs on the lane `bulk`. Defaults to 10,000.
    package var maximumLag = 10_000
    /// `backfill.maximumRedisPercent`, percent of Redis' `maxmemory`. Defaults to 80.
    package var maximumRedisPercent = 80
    /// `backfill.statementTimeout`, duration of one statement. Defaults to 5 min.
    package var statementTimeout: Duration = .seconds(300)
    /// `backfill.sampleRows`, rows that the plan reads. Defaults to 1,000.
    package var sampleRows = 1_000

    package init() {}
}
