package import JobQueue
package import PostgresClient
package import Reactor

/// Changes as the trigger has written them into the outbox.
///
/// They are taken in the order of their ids, and never by how far the last one was: a transaction that ends late brings
/// lower ones. So an entry stays until it is removed, which is when its jobs are safe in Redis. Whatever dies before,
/// the change is sent again, and that as the row is then: nothing is undone by it.
@Reactor
package final class OutboxSource: ChangeSource {
    /// Changes of one page. Two rows each, of at most 32 columns in the key: PostgreSQL takes 65,535 parameters.
    private static let maximumChanges = 1_000
    /// A save and a forget.
    private static let jobsOfAChange = 2
    /// After which it is looked although nobody has called: a notification may be lost on the way.
    private static let longestWait = Duration.seconds(30)
    private static let settlingWait = Duration.seconds(1)

    package nonisolated let mode = FollowMode.trigger
    private let database: PostgresConnection
    private let mapping: SourceMapping
    private let trigger: OutboxTrigger
    private let primaryKey: [String]
    private let keys: JobKeys
    private let rows: ChangedRows
    private let maximumBytes: Int
    /// Changes whose rows go onto one page, as far as is known.
    private var fitting = OutboxSource.maximumChanges
    private var settling: Settling
    private var isListening = false

    /// - Parameter settleTime: after which Redis has on disk what it was given. Twice the second after which it writes, and
    ///   then some.
    package init(
        database: PostgresConnection,
        source: Source,
        table: FollowedTable,
        keys: JobKeys,
        run: String,
        rowLimits: RowLimits,
        maximumBytes: Int,
        settleTime: Duration = .seconds(3)
    ) {
        self.database = database
        self.keys = keys
        settling = Settling(time: settleTime)
        mapping = source.mapping
        trigger = OutboxTrigger(source.mapping, on: table)
        primaryKey = source.mapping.primaryKey.map(\.name)
        rows = ChangedRows(database: database, source: source, run: run, limits: rowLimits)
        self.maximumBytes = maximumBytes
    }

    private var collection: String { mapping.definition.collection }
    private var outbox: String { trigger.table.outbox }

    // MARK: Reading

    package func read(_ checkpoint: FollowCheckpoint, maximum: Int) async throws(PostgresError) -> FollowPage? {
        guard !settling.isFull else { return nil }
        while true {
            let changes = try await changes(max(1, min(maximum / Self.jobsOfAChange, fitting)))
            guard !changes.isEmpty else { return nil }
            var page = FollowPage(keys: keys)
            let found = try await rows.read(
                Self.rows(of: changes),
                number: checkpoint.jobs,
                // Less than one change cannot be sent.
                maximumBytes: changes.count > 1 ? maximumBytes : .max,
                into: &page
            )
            // A page that was full tells nothing of the rows behind, nor whether they are gone.
            guard found.isComplete else {
                fitting = changes.count / 2
                continue
            }
            fitting = min(2 * fitting, Self.maximumChanges)
            appendForgets(of: changes, found, checkpoint.jobs, to: &page)
            for change in changes where change.isUnreadable { page.failures.append(failure(of: change)) }
            page.counts.rejected += changes.count { $0.isUnreadable }
            page.entries = changes.map(\.id)
            page.isTruncated = changes.contains { $0.isTruncation }
            return page
        }
    }

    /// Each once.
    private static func rows(of changes: [Change]) -> [RowKey] {
        var seen: Set<RowKey> = []
        return changes.flatMap(\.rows).filter { seen.insert($0).inserted }
    }

    private func changes(_ maximum: Int) async throws(PostgresError) -> [Change] {
        let found = try await database.execute(
            """
            SELECT id, row_key, gone FROM \(outbox)
            WHERE collection = $1 AND id <> ALL($2::bigint[]) ORDER BY id LIMIT \(maximum)
            """,
            [collection, Self.array(settling.entries)]
        )
        return found.rows.map { row in
            Change(id: row[0] ?? "", rowKey: row[1], gone: row[2], primaryKey: primaryKey)
        }
    }

    /// Of what rows were called before and are not any more.
    private func appendForgets(
        of changes: [Change],
        _ found: ChangedRows.Found,
        _ number: Int,
        to page: inout FollowPage
    ) {
        var seen: Set<RowMemory> = []
        for change in changes {
            guard let gone = change.gone, let memory = memory(gone), seen.insert(memory).inserted else { continue }
            if let current = found.memories[memory.row] {
                guard let current, current != memory else { continue }
            }
            rows.jobs.appendForget(memory, number: number + page.jobs.count + 1, to: &page.jobs)
            page.rows.insert(memory.row)
            page.counts.forgotten += 1
        }
    }

    /// Nil where there never was a memory of that name, or the trigger is of another mapping.
    private func memory(_ gone: [String: String?]) -> RowMemory? {
        guard let row = IdentityRow(gone, mapping) else { return nil }
        return rows.jobs.memory(of: row)
    }

    /// What has changed is not known, but that something has.
    private func failure(of change: Change) -> RunFailure {
        RunFailure(
            source: "\(OutboxTrigger.outbox):\(change.id)",
            code: "unreadable_change",
            message:
                "the trigger wrote it for another mapping: memoir backfill -c \(collection) --all --prune finds what "
                + "has changed",
            at: UnixTime.milliseconds
        )
    }

    // MARK: Removing

    package func added(_ page: FollowPage) {
        settling.add(page.entries)
    }

    package func reset() {
        settling.removeAll()
    }

    package func settle(before time: ContinuousClock.Instant) async throws(PostgresError) {
        let safe = settling.safe(before: time)
        guard !safe.isEmpty else { return }
        _ = try await database.execute(
            "DELETE FROM \(outbox) WHERE collection = $1 AND id = ANY($2::bigint[])",
            [collection, Self.array(safe)]
        )
        settling.remove(safe.count)
    }

    private static func array(_ ids: [String]) -> String { "{\(ids.joined(separator: ","))}" }

    // MARK: Waiting

    package func deafness() async throws(PostgresError) -> String? {
        try await TriggerInspector(database: database).look(at: trigger).problem(of: collection, on: trigger.table)
    }

    package func wait() async throws(PostgresError) {
        guard isListening else {
            try await database.listen(OutboxTrigger.outbox)
            isListening = true
            // What came before is to be looked for.
            return
        }
        let limit = settling.entries.isEmpty ? Self.longestWait : Self.settlingWait
        do throws(PostgresError) {
            var isMine = false
            let deadline = ContinuousClock.now + limit
            while !isMine,
                let notification = try await database.nextNotification(
                    timeout: ContinuousClock.now.duration(to: deadline)
                )
            {
                isMine = notification.payload == collection
            }
            // One look is enough for all that have come.
            while isMine, try await database.nextNotification(timeout: .zero) != nil {}
        } catch {
            guard error.code != .cancelled else { throw error }
            isListening = false
            // Whether the database is there is found out when it is listened to again.
        }
    }
}
