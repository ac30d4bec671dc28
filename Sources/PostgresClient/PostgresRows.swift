internal import CPQ
package import Reactor

/// The rows of one statement, pulled: the server sends as fast as they are taken. Read it to the end or `cancel` it; one
/// that is let go of is cancelled by itself.
///
/// It holds one row at a time. libpq reads a row whole, so that the largest row, of which PostgreSQL allows 1 GB a value,
/// is in memory up to two times.
@Reactor
package final class PostgresRows {
    package private(set) var columns: [PostgresColumn] = []
    /// Known at the end: see `PostgresResult`.
    package private(set) var affectedRows: Int?

    private let connection: PostgresConnection
    private let link: PostgresLink
    private let limit: Duration?
    private let began = ContinuousClock.now
    private var current: ResultHandle?
    /// What is no row, and is looked at next.
    private var taken: ResultHandle?
    /// Whether `current` is still to be handed out.
    private var hasReadAhead = false
    private var isEnded = false
    private var error: PostgresError?

    init(connection: PostgresConnection, link: PostgresLink) {
        self.connection = connection
        self.link = link
        limit = link.statementTimeout
    }

    isolated deinit {
        if !isEnded { connection.abandoned(link) }
    }

    /// Reads the first row, with which the columns come.
    func readAhead() async throws(PostgresError) {
        hasReadAhead = try await advance()
    }

    /// Goes to the next row; false after the last. Suspends only where the next row has not arrived yet.
    ///
    /// - Throws: the statement's error, also when called again.
    package func next() async throws(PostgresError) -> Bool {
        if hasReadAhead {
            hasReadAhead = false
            return true
        }
        // The hot path, without a suspension point: the rest is for one row in hundreds.
        if goToReadyRow() { return true }
        return try await advance()
    }

    private func goToReadyRow() -> Bool {
        guard !isEnded, link.isResultReady, let result = link.takeResult() else { return false }
        if result.status == PGRES_SINGLE_TUPLE {
            current = consume result
            return true
        }
        taken = consume result
        return false
    }

    /// The value in the server's text form; nil for NULL. Valid until the next call of `next` or `cancel`, which must not
    /// be before the use of it. Only for a row that `next` went to.
    package func bytes(_ column: Int) -> UnsafeRawBufferPointer? {
        guard let row = current?.pointer, PQgetisnull(row, 0, Int32(column)) == 0 else { return nil }
        return UnsafeRawBufferPointer(
            start: PQgetvalue(row, 0, Int32(column)),
            count: Int(PQgetlength(row, 0, Int32(column)))
        )
    }

    /// As `bytes`, as text. What is no UTF-8, which only a database of encoding `SQL_ASCII` sends, is replaced by U+FFFD.
    package func string(_ column: Int) -> String? {
        bytes(column).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Ends the statement on the server, if it is not over. The connection can be used again when this returns.
    package func cancel() async {
        hasReadAhead = false
        guard !isEnded else { return }
        end(nil)
        connection.abandoned(link)
        await connection.drained()
    }

    private func advance() async throws(PostgresError) -> Bool {
        while !isEnded {
            guard let result = try await nextResult() else {
                end(error?.asTimeout(limit, after: began.duration(to: .now)))
                // After some errors the server hangs up.
                if let error { _ = connection.failed(error, link) } else { connection.ended(link) }
                break
            }
            if result.status == PGRES_SINGLE_TUPLE {
                if columns.isEmpty { columns = result.columns }
                current = consume result
                return true
            }
            try take(result)
        }
        if let error { throw error }
        return false
    }

    private func nextResult() async throws(PostgresError) -> ResultHandle? {
        if let result = taken.take() { return result }
        if link.isResultReady { return link.takeResult() }
        do throws(PostgresError) {
            return try await link.result(until: connection.deadline(after: limit))
        } catch {
            // The server's own word, said before it hung up, is the better reason.
            end(self.error ?? error)
            _ = connection.failed(error, link)
            throw self.error ?? error
        }
    }

    private func take(_ result: borrowing ResultHandle) throws(PostgresError) {
        switch result.status {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
            if columns.isEmpty { columns = result.columns }
            affectedRows = result.affectedRows
        case PGRES_EMPTY_QUERY:
            break
        case _ where result.isCopy:
            // Reading it on would ask for a protocol that is not spoken here.
            end(PostgresLink.copyError)
            _ = connection.failed(PostgresLink.copyError, link)
            throw PostgresLink.copyError
        default:
            error = error ?? PostgresError(failed: result)
        }
    }

    private func end(_ error: PostgresError?) {
        isEnded = true
        current = nil
        self.error = error
    }
}
