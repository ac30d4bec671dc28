package import Logging
package import Reactor

/// A session with PostgreSQL that connects when it is needed and again after it was lost. Callers retry: a call makes one
/// attempt, and its error says whether another makes sense (`isPassing`).
///
/// It runs one statement at a time. A second one is refused with `busy` while the first runs or its rows are not read to
/// the end: to wait for it would be for ever where the same task holds those rows.
///
/// Cancelling the task ends the statement on the server. What the server still sends is thrown away meanwhile; the next
/// call waits for that, at most `cancelTimeout`, after which the connection is given up and made anew.
@Reactor
package final class PostgresConnection {
    package let configuration: PostgresConfiguration
    let logger: Logger
    var state = ConnectionState()
    var link: PostgresLink?
    var drain: Task<Void, Never>?
    let inbox: NotificationInbox

    package init(configuration: PostgresConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        inbox = NotificationInbox(capacity: configuration.maximumNotifications)
    }

    isolated deinit {
        link?.close()
    }

    package var isConnected: Bool { link != nil }

    /// Connects unless it is connected. Every other call does so by itself.
    package func connect() async throws(PostgresError) {
        let link = try await begin()
        ended(link)
    }

    /// For good: what runs ends with `closed`.
    package func close() {
        state.close()
        let error = PostgresError(.closed, "the PostgreSQL client is closed")
        link?.close(error)
        link = nil
        inbox.lost(error)
    }

    /// The rows of a statement, one by one as they are read.
    ///
    /// - Parameters:
    ///   - sql: one statement, with `$1`, `$2`, … for the parameters.
    ///   - parameters: in PostgreSQL's text form; nil for NULL.
    ///   - timeout: instead of the configuration's `statementTimeout`, for the statement with all its rows.
    package func query(
        _ sql: String,
        _ parameters: [String?] = [],
        timeout: Duration? = nil
    ) async throws(PostgresError) -> PostgresRows {
        try Self.check(sql, parameters)
        let link = try await begin()
        do throws(PostgresError) {
            try await setTimeout(timeout ?? configuration.statementTimeout, on: link)
            try link.send(sql, parameters)
        } catch {
            throw failed(error, link)
        }
        let rows = PostgresRows(connection: self, link: link)
        try await rows.readAhead()
        return rows
    }

    /// All rows of a statement, at most `maximumRows` of together `maximumResultBytes`.
    package func execute(
        _ sql: String,
        _ parameters: [String?] = [],
        timeout: Duration? = nil
    ) async throws(PostgresError) -> PostgresResult {
        let rows = try await query(sql, parameters, timeout: timeout)
        var result = PostgresResult(columns: rows.columns)
        var bytes = 0
        while try await rows.next() {
            let row = rows.columns.indices.map { rows.string($0) }
            bytes += row.reduce(0) { $0 + ($1?.utf8.count ?? 0) }
            guard result.rows.count < configuration.maximumRows, bytes <= configuration.maximumResultBytes else {
                await rows.cancel()
                throw PostgresError(
                    .tooManyRows,
                    "more than \(configuration.maximumRows) rows or \(configuration.maximumResultBytes) bytes"
                )
            }
            result.rows.append(row)
        }
        result.affectedRows = rows.affectedRows
        return result
    }

    /// The columns that a statement would give. It is parsed and planned against the tables there are, and does not run.
    package func describe(_ sql: String, timeout: Duration? = nil) async throws(PostgresError) -> [PostgresColumn] {
        try Self.check(sql, [])
        let link = try await begin()
        let limit = timeout ?? configuration.statementTimeout
        do throws(PostgresError) {
            try await setTimeout(limit, on: link)
            let deadline = deadline(after: limit)
            try link.sendPrepare(sql)
            _ = try await link.lastResult(until: deadline)
            try link.sendDescribe()
            let columns = try await link.lastResult(until: deadline)?.columns ?? []
            ended(link)
            return columns
        } catch {
            throw failed(error, link)
        }
    }

    /// As a part of a statement's text: a name is no parameter.
    package nonisolated static func quoted(identifier: String) -> String { quoted(identifier, by: "\"") }

    /// As a part of a statement's text that takes no parameters, for sessions with `standard_conforming_strings`, which all
    /// have that do not say otherwise.
    package nonisolated static func quoted(literal: String) -> String { quoted(literal, by: "'") }

    /// By scalars: PostgreSQL does not know that a quote and an accent behind it are one character.
    private nonisolated static func quoted(_ text: String, by quote: Unicode.Scalar) -> String {
        var quoted = String.UnicodeScalarView([quote])
        for scalar in text.unicodeScalars { quoted.append(contentsOf: scalar == quote ? [quote, quote] : [scalar]) }
        quoted.append(quote)
        return String(quoted)
    }
}
