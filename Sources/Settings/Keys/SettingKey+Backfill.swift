extension SettingKey {
    static let backfill: [SettingKey] = [
        SettingKey(
            "backfill.pageRows",
            \.backfill.pageRows,
            .integer(1...10_000),
            "Rows of one page: what is read, enqueued and noted as done together."
        ),
        SettingKey(
            "backfill.pageBytes",
            \.backfill.pageBytes,
            .bytes((64 << 10)...(64 << 20)),
            "Bytes that a page should hold: it ends early where rows are large."
        ),
        SettingKey(
            "backfill.maximumLag",
            \.backfill.maximumLag,
            .integer(1...100_000_000),
            "Jobs on the lane `bulk`, waiting and in work, above which a backfill waits."
        ),
        SettingKey(
            "backfill.maximumRedisPercent",
            \.backfill.maximumRedisPercent,
            .integer(1...100),
            "Share of Redis' `maxmemory` in use above which a backfill waits."
        ),
        SettingKey(
            "backfill.statementTimeout",
            \.backfill.statementTimeout,
            .duration(.seconds(1)...(.seconds(86_400))),
            "How long the database may take over one statement."
        ),
        SettingKey(
            "backfill.sampleRows",
            \.backfill.sampleRows,
            .integer(1...100_000),
            "Rows that a plan reads to estimate tokens, dollars and failures."
        ),
    ]
}
