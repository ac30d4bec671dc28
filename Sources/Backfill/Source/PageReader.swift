package import JobQueue
internal import Memory
package import PostgresClient
package import Reactor
internal import RedisClient

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
    private let collection: String
    private let run: String
    private let runID: [UInt8]
    /// Its memory is used again from page to page. Nil while a page is read, which has it for itself.
    private var encoder: RowEncoder?
    private let mapping: SourceMapping
    private let rowLimits: RowLimits

    /// - Parameters:
    ///   - mapping: of the columns that `statements` read, in their order.
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
        self.run = run
        runID = Array(run.utf8)
        collection = source.mapping.definition.collection
        mapping = source.mapping
        self.rowLimits = rowLimits
    }

    package func read(after: RowKey?, number: Int, maximum: Int) async throws(PostgresError) -> SourcePage {
        var limit = min(limits.rows, maximum)
        guard limit > 0 else { return emptyPage(after: after) }
        while true {
            do throws(PostgresError) {
                return try await read(statements.page(selection, after: after, limit: limit), limit, after, number)
            } catch {
                guard Self.isOfOneRow(error) else { throw error }
                if limit == 1 { return try await skip(after: after, because: error) }
                limit = max(1, limit / 8)
            }
        }
    }

    /// The last page where no row follows.
    func emptyPage(after: RowKey?) -> SourcePage {
        SourcePage(jobs: JobPage(keys: keys), after: after, isLast: true)
    }

    /// The rows of these primary keys, as far as they are there.
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
        var encoder = takeEncoder()
        defer { self.encoder = encoder }
        var isFull = false
        while !isFull, try await rows.next() {
            page.rows += 1
            if let failure = encoder.encode(rows) {
                page.failures.append(Self.failure(failure, of: encoder))
            } else {
                append(encoder, number + page.rows, to: &page.jobs)
            }
            isFull = page.jobs.byteCount >= limits.bytes && page.rows < limit
        }
        if page.rows > 0 { page.after = try primaryKey(of: encoder) }
        if isFull {
            await rows.cancel()
        } else {
            page.isLast = page.rows < limit
        }
        return page
    }

    private func takeEncoder() -> RowEncoder {
        defer { encoder = nil }
        return encoder ?? RowEncoder(mapping, limits: rowLimits)
    }

    private static func failure(_ failure: RowFailure, of encoder: borrowing RowEncoder) -> RunFailure {
        RunFailure(
            source: String(decoding: encoder.source, as: UTF8.self),
            code: failure.code.rawValue,
            message: failure.message,
            at: UnixTime.milliseconds
        )
    }

    /// A save of what the encoder holds.
    private func append(_ encoder: borrowing RowEncoder, _ number: Int, to jobs: inout JobPage) {
        let tenant = encoder.tenant
        jobs.begin(fields: tenant == nil ? 10 : 11)
        jobs.append(shared)
        jobs.append("id")
        jobs.append(jobID(number))
        jobs.append("content")
        jobs.append(encoder.content)
        jobs.append("metadata")
        jobs.append(encoder.metadata)
        jobs.append("key")
        jobs.append(encoder.key)
        jobs.append("source")
        jobs.append(encoder.source)
        if let tenant {
            jobs.append("tenant")
            jobs.append(tenant)
        }
    }

    /// Names and values that are the same in all jobs.
    private lazy var shared: RedisArguments = {
        var shared = RedisArguments(capacity: 128)
        for text in ["v", "1", "type", "save", "collection", collection, "run", run, "ttl", "0"] { shared.append(text) }
        return shared
    }()

    /// `<run>:<number>`
    private func jobID(_ number: Int) -> [UInt8] {
        var id = [UInt8]()
        id.reserveCapacity(runID.count + 20)
        id.append(contentsOf: runID)
        id.append(UInt8(ascii: ":"))
        id.append(contentsOf: "\(number)".utf8)
        return id
    }

    /// Of the row that was encoded last.
    private func primaryKey(of encoder: borrowing RowEncoder) throws(PostgresError) -> RowKey {
        var values: [String] = []
        for index in 0..<encoder.primaryKey.count {
            guard let text = String(validating: encoder.primaryKey[index], as: UTF8.self) else {
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
    private static func isOfOneRow(_ error: PostgresError) -> Bool {
        error.sqlState?.hasPrefix("22") ?? false
    }

    /// Reads nothing of the next row but its primary key.
    private func skip(after: RowKey?, because error: PostgresError) async throws(PostgresError) -> SourcePage {
        let statement = statements.keysOnly.page(selection, after: after, limit: 1)
        let found = try await database.execute(statement.sql, statement.parameters)
        var page = SourcePage(jobs: JobPage(keys: keys), after: after, isLast: found.rows.isEmpty)
        guard let row = found.rows.first else { return page }
        let key = RowKey(row.compactMap(\.self))
        page.rows = 1
        page.after = key
        page.failures = [
            RunFailure(
                source: key.source,
                code: "unreadable",
                message: "PostgreSQL cannot send this row: \(error.message)",
                at: UnixTime.milliseconds
            )
        ]
        return page
    }
}
