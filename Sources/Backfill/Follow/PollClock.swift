internal import PostgresClient
internal import Reactor

/// Reckons with the times of the column `updated`, in the database: its types and its clock are those that count.
@Reactor
struct PollClock {
    private let database: PostgresConnection
    private let type: String
    private let column: String
    private let relation: String
    /// How far the clocks of the world are behind that of UTC at the most.
    private static let longestLag = "12 hours"

    /// - Returns: nil where the source does not say when a row was changed.
    init?(database: PostgresConnection, source: Source) {
        guard let column = source.mapping.updatedColumn else { return nil }
        self.database = database
        self.column = SQLText.name(source.mapping.columns[column].name)
        relation = source.statements.relation
        type =
            switch source.mapping.columns[column].type {
            case .date: "date"
            case .timestamp(let hasZone): hasZone ? "timestamptz" : "timestamp"
            default: "timestamptz"
            }
    }

    /// What a row bears that is changed at that time, or an earlier one: a time without a zone may be of one that is behind
    /// UTC, and counts as it is.
    ///
    /// - Parameter milliseconds: since 1970; nil for now.
    func time(_ milliseconds: Int?) async throws(PostgresError) -> String {
        let time = milliseconds.map { "to_timestamp(\($0) / 1000.0)" } ?? "now()"
        let statement =
            switch (type, milliseconds) {
            case ("timestamptz", _): "SELECT \(time)::\(type)"
            case (_, nil): "SELECT coalesce((\(latest(until: "now()::\(type)"))), '-infinity')"
            default: "SELECT (\(time) - interval '\(Self.longestLag)')::\(type)"
            }
        return try await ask(statement, [])[0]
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

    /// Where the next pass begins: where this one did, but for times without a zone. There it is the latest time of a row
    /// that is not in the future.
    ///
    /// - Parameter updated: of the last row; nil where there was none.
    func next(since: String, updated: String?, began: String) async throws(PostgresError) -> String {
        guard type != "timestamptz" else {
            return try await ask("SELECT greatest($1::\(type), $2::\(type))", [since, began])[0]
        }
        guard let updated else { return since }
        return try await ask(
            """
            SELECT greatest($1::\(type), CASE WHEN $2::\(type) <= $3::\(type) THEN $2::\(type)
                ELSE (\(latest(until: "$3::\(type)"))) END)
            """,
            [since, updated, began]
        )[0]
    }

    private func latest(until time: String) -> String {
        "SELECT max(\(column)) FROM \(relation) AS source WHERE \(column) <= \(time)"
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
