package import JobQueue
package import PostgresClient
package import Reactor

/// Changes as a column tells them that holds when a row was changed last: where no trigger is allowed. Deletions are not
/// seen.
///
/// Each pass begins a while before the latest time that was seen, since a transaction writes the time at which it began
/// and shows it when it ends; one that lasts longer than `overlap` may be missed.
@Reactor
package final class PollSource: ChangeSource {
    package struct Configuration: Sendable {
        /// Between two passes. Defaults to 5 s.
        package var interval = Duration.seconds(5)
        /// How far each pass looks back. Defaults to 60 s.
        package var overlap = Duration.seconds(60)
        package var page = PageReader.Limits()

        package init() {}
    }

    package nonisolated let mode: FollowMode
    private let database: PostgresConnection
    private let source: Source
    private let clock: PollClock
    private let keys: JobKeys
    private let configuration: Configuration
    private let updatedColumn: Int
    private var jobs: RowJobs
    private var sent = SentRows()
    /// Rows of the page that was read last that were not sent before.
    private var fresh: [(key: RowKey, updated: String)] = []
    /// Further than what is written down where nothing new was met; nil where what is written down counts.
    private var position: PollPosition?
    /// Of the pass under way.
    private var from: String?

    /// - Returns: nil where the source does not say when a row was changed.
    package init?(
        database: PostgresConnection,
        source: Source,
        keys: JobKeys,
        run: String,
        rowLimits: RowLimits,
        configuration: Configuration
    ) {
        guard let column = source.mapping.updatedColumn,
            let clock = PollClock(database: database, mapping: source.mapping)
        else { return nil }
        self.database = database
        self.source = source
        self.clock = clock
        self.keys = keys
        self.configuration = configuration
        updatedColumn = column
        mode = .polling(configuration.interval)
        jobs = RowJobs(source.mapping, run: run, limits: rowLimits)
    }

    /// Where a follower begins that was not there before.
    ///
    /// - Parameter milliseconds: since 1970; nil for now.
    package func start(_ milliseconds: Int?) async throws(PostgresError) -> PollPosition {
        PollPosition(since: try await clock.time(milliseconds))
    }

    package func read(_ checkpoint: FollowCheckpoint, maximum: Int) async throws(PostgresError) -> FollowPage? {
        guard var position = position ?? checkpoint.position else {
            preconditionFailure("polling that does not know since when")
        }
        fresh = []
        while true {
            var pass = try await pass(position)
            var page = FollowPage(keys: keys)
            let limit = min(maximum, configuration.page.rows)
            let isLast = try await readPage(&pass, checkpoint.jobs, limit, into: &page)
            position.pass = pass
            if isLast { try await end(&position, pass) }
            // Passes that meet nothing new are not written down.
            guard page.jobs.count == 0, page.failures.isEmpty else {
                page.position = position
                return page
            }
            guard isLast else { continue }
            self.position = position
            return nil
        }
    }

    private func pass(_ position: PollPosition) async throws(PostgresError) -> PollPosition.Pass {
        if let pass = position.pass, from != nil { return pass }
        let times = try await clock.begin(since: position.since, overlap: configuration.overlap)
        from = times.from
        return position.pass ?? PollPosition.Pass(began: times.now)
    }

    private func end(_ position: inout PollPosition, _ pass: PollPosition.Pass) async throws(PostgresError) {
        position.since = try await clock.next(since: position.since, updated: pass.updated, began: pass.began)
        from = nil
        // More rows than are known to be sent: they would be sent again and again.
        if !sent.hasForgotten { position.pass = nil }
        sent.endPass()
    }

    // MARK: A page

    /// - Returns: whether no more rows follow in the pass.
    private func readPage(
        _ pass: inout PollPosition.Pass,
        _ number: Int,
        _ maximum: Int,
        into page: inout FollowPage
    ) async throws(PostgresError) -> Bool {
        var limit = maximum
        while true {
            var later = pass
            let statement = source.statements.changed(since: from ?? pass.began, after: pass.place, limit: limit)
            do throws(PostgresError) {
                let isLast = try await readAll(statement, limit, &later, number, into: &page)
                pass = later
                return isLast
            } catch {
                // Of one row: text that is not of the database's encoding, or a value that cannot be computed.
                guard error.sqlState?.hasPrefix("22") ?? false else { throw error }
                page = FollowPage(keys: keys)
                fresh = []
                if limit == 1 { return try await skip(&pass, because: error, into: &page) }
                limit = max(1, limit / 8)
            }
        }
    }

    private func readAll(
        _ statement: SourceStatement,
        _ limit: Int,
        _ pass: inout PollPosition.Pass,
        _ number: Int,
        into page: inout FollowPage
    ) async throws(PostgresError) -> Bool {
        let rows = try await database.query(statement.sql, statement.parameters)
        var count = 0
        while try await rows.next() {
            count += 1
            guard let updated = rows.string(updatedColumn) else { continue }
            let key = RowKey((0..<source.mapping.primaryKeyCount).map { rows.string($0) ?? "" })
            pass.updated = updated
            pass.after = key
            if sent.contains(key, updated: updated) {
                sent.note(key, updated: updated)
                continue
            }
            fresh.append((key, updated))
            append(rows, key, number, to: &page)
            if page.jobs.byteCount >= configuration.page.bytes {
                await rows.cancel()
                return false
            }
        }
        return count < limit
    }

    private func append(_ rows: PostgresRows, _ key: RowKey, _ number: Int, to page: inout FollowPage) {
        if let failure = jobs.appendSave(of: rows, number: number + page.jobs.count + 1, to: &page.jobs) {
            page.failures.append(failure)
            page.counts.rejected += 1
        } else {
            page.rows.insert(key)
            page.counts.saved += 1
        }
    }

    /// Reads nothing of the next row but its primary key and when it was changed.
    private func skip(
        _ pass: inout PollPosition.Pass,
        because error: PostgresError,
        into page: inout FollowPage
    ) async throws(PostgresError) -> Bool {
        let statement = source.statements.placesOnly.changed(since: from ?? pass.began, after: pass.place, limit: 1)
        let found = try await database.execute(statement.sql, statement.parameters)
        guard let row = found.rows.first, let updated = row.last ?? nil else { return true }
        let key = RowKey(row.dropLast().map { $0 ?? "" })
        pass.updated = updated
        pass.after = key
        guard !sent.contains(key, updated: updated) else { return false }
        fresh.append((key, updated))
        page.failures.append(.unreadable(key, error))
        page.counts.rejected += 1
        return false
    }

    // MARK: What was sent

    package func added(_ page: FollowPage) {
        for row in fresh { sent.note(row.key, updated: row.updated) }
        fresh = []
        position = page.position
    }

    package func reset() {
        sent.removeAll()
        fresh = []
        position = nil
        from = nil
    }

    package func settle(before time: ContinuousClock.Instant) async throws(PostgresError) {}

    package func deafness() async throws(PostgresError) -> String? { nil }

    package func wait() async throws(PostgresError) {
        do {
            try await Task.sleep(for: configuration.interval)
        } catch {
            throw PostgresError(.cancelled, "polling was stopped")
        }
    }
}
