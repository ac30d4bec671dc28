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
    /// Of a page that has one which cannot be read.
    private static let rowsOneByOne = 100

    package struct Configuration: Sendable {
        /// Between two passes. Defaults to 5 s.
        package var interval = Duration.seconds(5)
        /// How far each pass looks back. Defaults to 60 s.
        package var overlap = Duration.seconds(60)
        /// Rows that were sent last and are known by what they were then: no more are looked back at. Defaults to 50,000.
        package var knownRows = 50_000
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
    private var sent: SentRows
    /// Rows of the page that was read last.
    private var met: [(key: RowKey, updated: String, state: Int)] = []
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
            let clock = PollClock(database: database, source: source)
        else { return nil }
        self.database = database
        self.source = source
        self.clock = clock
        self.keys = keys
        self.configuration = configuration
        updatedColumn = column
        sent = SentRows(maximum: configuration.knownRows)
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
        while true {
            met = []
            var pass = try await pass(position)
            var page = FollowPage(keys: keys)
            let limit = min(maximum, configuration.page.rows)
            let isLast = try await readPage(&pass, checkpoint.jobs, limit, into: &page)
            position.pass = pass
            if isLast { try await end(&position, pass) }
            page.position = position
            // Pages that meet nothing new are not written down.
            guard page.jobs.count == 0, page.failures.isEmpty else { return page }
            added(page)
            if isLast { return nil }
        }
    }

    private func pass(_ position: PollPosition) async throws(PostgresError) -> PollPosition.Pass {
        if let pass = position.pass, from != nil { return pass }
        let times = try await clock.begin(
            since: position.since,
            overlap: configuration.overlap,
            floor: sent.floor?.updated
        )
        from = times.from
        // Rows of the future do not hide those of today.
        let floor = times.isFloorAhead ? nil : sent.floor
        return position.pass ?? PollPosition.Pass(began: times.now, updated: floor?.updated, after: floor?.key)
    }

    private func end(_ position: inout PollPosition, _ pass: PollPosition.Pass) async throws(PostgresError) {
        position.since = try await clock.next(since: position.since, updated: pass.updated, began: pass.began)
        position.pass = nil
        from = nil
    }

    // MARK: A page

    /// - Returns: whether no more rows follow in the pass.
    private func readPage(
        _ pass: inout PollPosition.Pass,
        _ number: Int,
        _ limit: Int,
        into page: inout FollowPage
    ) async throws(PostgresError) -> Bool {
        let begun = pass
        do throws(PostgresError) {
            return try await readAll(&pass, number, limit, into: &page)
        } catch {
            guard PageReader.isOfOneRow(error) else { throw error }
            pass = begun
            page = FollowPage(keys: keys)
            met = []
            return try await readEach(&pass, number, min(limit, Self.rowsOneByOne), into: &page)
        }
    }

    private func readAll(
        _ pass: inout PollPosition.Pass,
        _ number: Int,
        _ limit: Int,
        into page: inout FollowPage
    ) async throws(PostgresError) -> Bool {
        let statement = source.statements.changed(since: from ?? pass.began, after: pass.place, limit: limit)
        let rows = try await database.query(statement.sql, statement.parameters)
        var count = 0
        while try await rows.next() {
            count += 1
            guard let updated = rows.string(updatedColumn) else { continue }
            let key = RowKey((0..<source.mapping.primaryKeyCount).map { rows.string($0) ?? "" })
            pass.updated = updated
            pass.after = key
            append(rows, key, updated, number, to: &page)
            if page.jobs.byteCount >= configuration.page.bytes {
                await rows.cancel()
                return false
            }
        }
        return count < limit
    }

    private func append(
        _ rows: PostgresRows,
        _ key: RowKey,
        _ updated: String,
        _ number: Int,
        to page: inout FollowPage
    ) {
        let failure = jobs.encode(rows)
        guard isFresh(key, updated, failure?.message.hashValue ?? jobs.state) else { return }
        if let failure {
            page.failures.append(failure)
            page.counts.rejected += 1
        } else {
            jobs.appendSave(number: number + page.jobs.count + 1, to: &page.jobs)
            page.rows.insert(key)
            page.counts.saved += 1
        }
    }

    // MARK: Rows that the database cannot send

    /// Primary keys first, and the row of each alone. Which row a read of several fails of is not said; where columns are
    /// computed before the rows are sorted, as those of a view, it may be one far behind.
    private func readEach(
        _ pass: inout PollPosition.Pass,
        _ number: Int,
        _ limit: Int,
        into page: inout FollowPage
    ) async throws(PostgresError) -> Bool {
        let places = source.statements.placesOnly
        let statement = places.changed(since: from ?? pass.began, after: pass.place, limit: limit)
        let found = try await database.execute(statement.sql, statement.parameters)
        for row in found.rows {
            guard let updated = row.last ?? nil else { continue }
            let key = RowKey(row.dropLast().map { $0 ?? "" })
            pass.updated = updated
            pass.after = key
            try await readOne(key, updated, number, into: &page)
            if page.jobs.byteCount >= configuration.page.bytes { return false }
        }
        return found.rows.count < limit
    }

    private func readOne(
        _ key: RowKey,
        _ updated: String,
        _ number: Int,
        into page: inout FollowPage
    ) async throws(PostgresError) {
        let statement = source.statements.rows([key])
        do throws(PostgresError) {
            let rows = try await database.query(statement.sql, statement.parameters)
            while try await rows.next() { append(rows, key, updated, number, to: &page) }
        } catch {
            guard PageReader.isOfOneRow(error) else { throw error }
            guard isFresh(key, updated, error.message.hashValue) else { return }
            page.failures.append(.unreadable(key, error))
            page.counts.rejected += 1
        }
    }

    // MARK: What was sent

    /// Whether the row was not sent as it is.
    ///
    /// - Parameter content: a hash of what it is made into, or of why it cannot be. The time alone does not tell, where it
    ///   is that of a day or of a second.
    private func isFresh(_ key: RowKey, _ updated: String, _ content: Int) -> Bool {
        var hasher = Hasher()
        hasher.combine(updated)
        hasher.combine(content)
        let state = hasher.finalize()
        met.append((key, updated, state))
        return !sent.contains(key, state: state)
    }

    package func added(_ page: FollowPage) {
        for row in met { sent.note(row.key, updated: row.updated, state: row.state) }
        met = []
        position = page.position
        if page.position?.pass == nil { sent.endPass() }
    }

    package func reset() {
        sent.removeAll()
        met = []
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
