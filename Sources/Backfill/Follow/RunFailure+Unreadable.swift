internal import JobQueue
internal import PostgresClient

extension RunFailure {
    /// Of a row that the database cannot send.
    static func unreadable(_ row: RowKey, _ error: PostgresError) -> RunFailure {
        RunFailure(
            source: row.source,
            code: "unreadable",
            message: "PostgreSQL cannot send this row: \(error.message)",
            at: UnixTime.milliseconds
        )
    }
}
