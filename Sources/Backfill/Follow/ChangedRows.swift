internal import JobQueue
internal import PostgresClient
internal import Reactor

/// Reads the rows that have changed, as they are now, and makes saves of them.
@Reactor
final class ChangedRows {
    /// What is known of the rows that were asked for.
    struct Found {
        /// What a row that is there is called now; nil where that cannot be told, and nothing may be forgotten.
        var memories: [RowKey: RowMemory?] = [:]
        /// Whether those that are not among them are gone. Else the page was full before, and is of no use.
        var isComplete = true
    }

    private let database: PostgresConnection
    private let statements: SourceStatements
    var jobs: RowJobs

    init(database: PostgresConnection, source: Source, run: String, limits: RowLimits) {
        self.database = database
        statements = source.statements
        jobs = RowJobs(source.mapping, run: run, limits: limits)
    }

    /// - Parameters:
    ///   - number: of the jobs that were sent before.
    ///   - maximumBytes: of the jobs, after which no more rows are added.
    func read(
        _ keys: [RowKey],
        number: Int,
        maximumBytes: Int,
        into page: inout FollowPage
    ) async throws(PostgresError) -> Found {
        var found = Found()
        try await read(keys[...], number, maximumBytes, &page, &found)
        return found
    }

    private func read(
        _ keys: ArraySlice<RowKey>,
        _ number: Int,
        _ maximumBytes: Int,
        _ page: inout FollowPage,
        _ found: inout Found
    ) async throws(PostgresError) {
        guard let first = keys.first, found.isComplete else { return }
        let before = (page, found)
        do throws(PostgresError) {
            try await readAll(Array(keys), number, maximumBytes, &page, &found)
        } catch {
            // Of one row: text that is not of the database's encoding, or a value that cannot be computed.
            guard error.sqlState?.hasPrefix("22") ?? false else { throw error }
            (page, found) = before
            guard keys.count > 1 else {
                page.failures.append(.unreadable(first, error))
                page.counts.rejected += 1
                found.memories.updateValue(nil, forKey: first)
                return
            }
            let middle = keys.startIndex + keys.count / 2
            try await read(keys[..<middle], number, maximumBytes, &page, &found)
            try await read(keys[middle...], number, maximumBytes, &page, &found)
        }
    }

    private func readAll(
        _ keys: [RowKey],
        _ number: Int,
        _ maximumBytes: Int,
        _ page: inout FollowPage,
        _ found: inout Found
    ) async throws(PostgresError) {
        let statement = statements.rows(keys)
        let rows = try await database.query(statement.sql, statement.parameters)
        while try await rows.next() {
            guard page.jobs.byteCount < maximumBytes else {
                found.isComplete = false
                return await rows.cancel()
            }
            append(rows, number, &page, &found)
        }
    }

    private func append(_ rows: PostgresRows, _ number: Int, _ page: inout FollowPage, _ found: inout Found) {
        if let failure = jobs.appendSave(of: rows, number: number + page.jobs.count + 1, to: &page.jobs) {
            page.failures.append(failure)
            page.counts.rejected += 1
            // It may still be known what it is called.
            let memory = jobs.memory(of: rows)
            found.memories.updateValue(memory, forKey: RowKey(jobs.encoder.primaryKey.strings))
        } else {
            page.counts.saved += 1
            let memory = jobs.lastMemory
            page.rows.insert(memory.row)
            found.memories.updateValue(memory, forKey: memory.row)
        }
    }
}
