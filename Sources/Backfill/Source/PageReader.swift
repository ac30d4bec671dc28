package import JobQueue
package import PostgresClient
package import Reactor

/// Reads rows page by page and makes jobs of them. A row is encoded straight from where libpq keeps it into the page.
@Reactor
package final class PageReader: PageSource {
    /// Bounds of a page: it is read, sent and stored as one.
    package struct Limits: Sendable, Equatable {
        /// Defaults to 1,000.
        package var rows = 1_000
        /// Bytes of the jobs, after which no more rows are added. Defaults to 4 MiB.
        package var bytes = 4 << 20

        package init() {}
    }

    private let database: PostgresConnection
    private let statements: SourceStatements
    private let selection: RowSelection
    private let keys: JobKeys
    private let limits: Limits
    /// Its memory is used again from page to page. Nil while a page is read, which has it for itself.
    private var jobs: RowJobs?
    private let makeJobs: () -> RowJobs

    /// - Parameters:
    ///   - database: for this reader alone.
    ///   - run: the id of the run that the jobs belong to.
    package init(
        database: PostgresConnection,
        source: Source,
        selection: RowSelection,
        keys: JobKeys,
        run: String,
        limits: Limits,
        rowLimits: RowLimits
    ) {
        self.database = database
        statements = source.statements
        self.selection = selection
        self.keys = keys
        self.limits = limits
        makeJobs = { RowJobs(source.mapping, run: run, limits: rowLimits) }
    }

    package func read(after: RowKey?, number: Int, maximum: Int) async throws(PostgresError) -> SourcePage {
        let limit = min(limits.rows, maximum)
        guard limit > 0 else { return emptyPage(after: after) }
        do throws(PostgresError) {
            return try await read(statements.page(selection, after: after, limit: limit), limit, after, number)
        } catch {
            guard Self.isOfOneRow(error) else { throw error }
            return try await readByKeys(limit, after, number)
        }
    }

    /// The last page where no row follows.
    func emptyPage(after: RowKey?) -> SourcePage {
        SourcePage(jobs: JobPage(keys: keys), after: after, isLast: true)
    }

    /// The rows of these primary keys, as far as they are there. The last page, unless it was full before all of them were
    /// on it.
    package func read(_ keys: [RowKey], number: Int) async throws(PostgresError) -> SourcePage {
        try await read(statements.rows(keys), .max, nil, number)
    }

    private func read(
        _ statement: SourceStatement,
        _ limit: Int,
        _ after: RowKey?,
        _ number: Int
    ) async throws(PostgresError) -> SourcePage {
        var page = SourcePage(jobs: JobPage(keys: keys, capacity: 256 << 10), after: after)
        let rows = try await database.query(statement.sql, statement.parameters)
        var jobs = jobs.take() ?? makeJobs()
        defer { self.jobs = jobs }
        var isFull = false
        while !isFull, try await rows.next() {
            page.rows += 1
            if let failure = jobs.appendSave(of: rows, number: number + page.rows, to: &page.jobs) {
                page.failures.append(failure)
            }
            isFull = page.jobs.byteCount >= limits.bytes && page.rows < limit
        }
        if page.rows > 0 { page.after = try key(jobs.encoder.primaryKey) }
        if isFull {
            await rows.cancel()
        } else {
            page.isLast = page.rows < limit
        }
        return page
    }

    /// Of the row that was read last.
    private func key(_ primaryKey: PrimaryKeyText) throws(PostgresError) -> RowKey {
        var values: [String] = []
        for index in 0..<primaryKey.count {
            guard let text = String(validating: primaryKey[index], as: UTF8.self) else {
                throw PostgresError(
                    .invalidStatement,
                    "a primary key in \(statements.relation) is not valid UTF-8: no page can begin behind it"
                )
            }
            values.append(text)
        }
        return RowKey(values)
    }

    // MARK: Rows that the database cannot send

    /// Whether one row is at fault (SQLSTATE class 22, data exceptions), such as text that is not of the database's
    /// encoding, or a division by zero in a view.
    static func isOfOneRow(_ error: PostgresError) -> Bool {
        error.sqlState?.hasPrefix("22") ?? false
    }

    /// Reads the primary keys of a page, and then only as many of its rows as the database can send. The row at fault need
    /// not be one of them: PostgreSQL may compute the columns of all rows before it sorts them.
    private func readByKeys(
        _ limit: Int,
        _ after: RowKey?,
        _ number: Int
    ) async throws(PostgresError) -> SourcePage {
        let statement = statements.keysOnly.page(selection, after: after, limit: limit)
        let found = try await database.execute(statement.sql, statement.parameters)
        let keys = found.rows.map { RowKey($0.compactMap(\.self)) }
        guard !keys.isEmpty else { return emptyPage(after: after) }
        var count = keys.count
        while true {
            var page: SourcePage
            do throws(PostgresError) {
                page = try await read(Array(keys[..<count]), number: number)
                guard page.isLast else { return page }
            } catch {
                guard Self.isOfOneRow(error) else { throw error }
                guard count == 1 else {
                    count /= 2
                    continue
                }
                page = unreadable(keys[0], error)
            }
            page.after = keys[count - 1]
            page.isLast = count == keys.count && count < limit
            return page
        }
    }

    /// A page of a row that is passed over.
    func unreadable(_ row: RowKey, _ error: PostgresError) -> SourcePage {
        var page = SourcePage(jobs: JobPage(keys: keys), after: row)
        page.rows = 1
        page.failures = [.unreadable(row, error)]
        return page
    }
}
