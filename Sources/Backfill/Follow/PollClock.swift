internal import PostgresClient
internal import Reactor

/// Reckons with the times of the column `updated`, in the database: its types and its clock are those that count.
@Reactor
struct PollClock {
    private let database: PostgresConnection
    private let type: String

    /// - Returns: nil where the source does not say when a row was changed.
    init?(database: PostgresConnection, mapping: SourceMapping) {
        guard let column = mapping.updatedColumn else { return nil }
        self.database = database
        type =
            switch mapping.columns[column].type {
            case .date: "date"
            case .timestamp(let hasZone): hasZone ? "timestamptz" : "timestamp"
            default: "timestamptz"
            }
    }

    /// - Parameter milliseconds: since 1970; nil for now.
    func time(_ milliseconds: Int?) async throws(PostgresError) -> String {
        let time = milliseconds.map { "to_timestamp(\($0) / 1000.0)" } ?? "now()"
        return try await ask("SELECT \(time)::\(type)", [])[0]
    }

    /// When a pass begins, from which time on rows are read in it, and whether a time is more than a day ahead.
    func begin(
        since: String,
        overlap: Duration,
        floor: String?
    ) async throws(PostgresError) -> (now: String, from: String, isFloorAhead: Bool) {
        let seconds = overlap / .seconds(1)
        let texts = try await ask(
            """
            SELECT now()::\(type), ($1::\(type) - make_interval(secs => \(seconds)))::\(type),
                coalesce($2::\(type) > now()::\(type) + interval '1 day', false)
            """,
            [since, floor]
        )
        return (texts[0], texts[1], texts[2] == "t")
    }

    /// Where the next pass begins: where this one did, but for times without a zone. Those may be of another zone than the
    /// database is thought to be in, and count as they are: the latest that was seen, as long as it is not in the future.
    ///
    /// - Parameter updated: of the last row; nil where there was none.
    func next(since: String, updated: String?, began: String) async throws(PostgresError) -> String {
        let latest = type == "timestamptz" ? began : updated
        guard let latest else { return since }
        return try await ask(
            "SELECT greatest($1::\(type), least($2::\(type), $3::\(type)))",
            [since, latest, began]
        )[0]
    }

    private func ask(_ sql: String, _ parameters: [String?]) async throws(PostgresError) -> [String] {
        let row = try await database.execute(sql, parameters).rows.first ?? []
        let texts = row.compactMap(\.self)
        guard !texts.isEmpty, texts.count == row.count else {
            throw PostgresError(.invalidStatement, "the database does not tell the time")
        }
        return texts
    }
}
