package import PostgresClient
package import Reactor

/// Finds out from the catalog what there is of a table's trigger, and runs what changes it.
@Reactor
package struct TriggerInspector {
    private let database: PostgresConnection

    package init(database: PostgresConnection) {
        self.database = database
    }

    /// - Throws: `invalidMapping` where the source is nothing that can have such a trigger.
    package func table(of source: Source) async throws(BackfillError) -> FollowedTable {
        let place = "collections.\(source.collection).source"
        guard case .table(let name) = source.mapping.definition.relation else {
            throw BackfillError(
                .invalidMapping,
                "\(place): a query has no trigger; look for changes with `--poll 5s`, or follow a table"
            )
        }
        let rows = try await ask(
            """
            SELECT c.oid, c.relkind, n.nspname, c.relname,
                to_regclass(format('%I.%I', n.nspname, $2::text)) IS NOT NULL
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass($1)
            """,
            [name, OutboxTrigger.outbox]
        )
        guard let row = rows.first, let oid = row[0], let kind = row[1], let schema = row[2], let table = row[3] else {
            throw BackfillError(.invalidMapping, "\(place).table: there is no table \(name)")
        }
        guard kind == "r" || kind == "p" else {
            throw BackfillError(
                .invalidMapping,
                "\(place).table: \(name) is \(Self.names[kind] ?? "no table"), which can have no trigger on its rows; look "
                    + "for changes with `--poll 5s`, or follow a table"
            )
        }
        return FollowedTable(oid: oid, schema: schema, name: table, hasOutbox: row[4] == "t")
    }

    /// As `pg_class.relkind` has them.
    private static let names = [
        "v": "a view", "m": "a materialized view", "f": "a foreign table",
    ]

    package func state(of trigger: OutboxTrigger) async throws(BackfillError) -> TriggerState {
        do throws(PostgresError) {
            return try await look(at: trigger)
        } catch {
            throw BackfillError(error)
        }
    }

    func look(at trigger: OutboxTrigger) async throws(PostgresError) -> TriggerState {
        let rows = try await database.execute(
            """
            SELECT t.tgname, t.tgenabled IN ('O', 'A'), obj_description(t.tgfoid, 'pg_proc')
            FROM pg_trigger t WHERE t.tgrelid = $1::oid AND t.tgname IN ($2, $3)
            """,
            [trigger.table.oid, trigger.name, trigger.truncateName]
        ).rows
        guard let row = rows.first(where: { $0[0] == trigger.name }), trigger.table.hasOutbox else { return .missing }
        guard row[1] == "t" else { return .disabled }
        guard row[2] == trigger.comment, rows.count == 2 else { return .outdated }
        let rights = try await database.execute(
            """
            SELECT has_table_privilege($1, 'SELECT') AND has_table_privilege($1, 'DELETE')
                AND has_schema_privilege($2, 'USAGE'), current_user
            """,
            [trigger.table.outbox, trigger.table.schema]
        ).rows
        guard let right = rights.first, right[0] == "t" else {
            return .denied(role: rights.first?[1] ?? "", outbox: trigger.table.outbox)
        }
        return .ready
    }

    /// Why the trigger would make changes of the table fail, or nil: its function runs with the rights of this user, who
    /// may not be the one who made the outbox.
    package func objection(to trigger: OutboxTrigger) async throws(BackfillError) -> String? {
        guard trigger.table.hasOutbox else { return nil }
        let rows = try await ask(
            "SELECT has_table_privilege($1, 'INSERT'), current_user",
            [trigger.table.outbox]
        )
        guard let row = rows.first, row[0] != "t", let role = row[1] else { return nil }
        let grant = "GRANT INSERT ON \(trigger.table.outbox) TO \(SQLText.name(role))"
        return
            "\(role) may not write into \(trigger.table.outbox), which another role has made, and the trigger would make "
            + "changes of \(trigger.table.shownName) fail: \(grant)"
    }

    /// Whether no trigger of another collection writes into the outbox.
    package func isLast(_ trigger: OutboxTrigger) async throws(BackfillError) -> Bool {
        let rows = try await ask(
            """
            SELECT count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE n.nspname = $1 AND p.proname <> $2 AND p.proname LIKE 'memoir\\_follow\\_%'
            """,
            [trigger.table.schema, trigger.name]
        )
        return rows.first?[0] == "0"
    }

    /// Runs statements one by one; they begin and end their transaction themselves.
    package func run(_ statements: [String]) async throws(BackfillError) {
        do throws(PostgresError) {
            for statement in statements { _ = try await database.execute(statement) }
        } catch {
            _ = try? await database.execute("ROLLBACK")
            throw BackfillError(error)
        }
    }

    private func ask(_ sql: String, _ parameters: [String?]) async throws(BackfillError) -> [[String?]] {
        do throws(PostgresError) {
            return try await database.execute(sql, parameters).rows
        } catch {
            throw BackfillError(error)
        }
    }
}
