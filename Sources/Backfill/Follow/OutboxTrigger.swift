internal import Memory

/// What is put into the database so that it tells of changes: a table for them, the outbox, which all collections of a
/// schema share, and for each collection a trigger that fills it in the transaction that makes the change.
///
/// Nothing of it needs rights of whoever changes the table: the function is its installer's (`SECURITY DEFINER`).
package struct OutboxTrigger: Sendable, Equatable {
    /// The name of the outbox, and of the channel on which its followers are woken.
    package static let outbox = "memoir_outbox"
    private static let prefix = "memoir_follow_"
    /// PostgreSQL cuts longer names.
    private static let maximumNameBytes = 63
    private static let truncateSuffix = "_truncate"

    package let collection: String
    package let table: FollowedTable
    let primaryKey: [String]
    /// The columns that say what a row's memory is called: of the primary key, the natural key and the tenant.
    let identity: [String]

    package init(_ mapping: SourceMapping, on table: FollowedTable) {
        collection = mapping.definition.collection
        self.table = table
        primaryKey = mapping.primaryKey.map(\.name)
        identity = mapping.identityColumns.map { mapping.columns[$0].name }
    }

    /// Of the trigger on rows, and of the function. A long collection's has a digest in the place of its end.
    package var name: String {
        let room = Self.maximumNameBytes - Self.prefix.utf8.count - Self.truncateSuffix.utf8.count
        guard collection.utf8.count > room else { return Self.prefix + collection }
        let digest = Self.digest(collection).prefix(12)
        return Self.prefix + String(decoding: collection.utf8.prefix(room - 13), as: Unicode.ASCII.self) + "_" + digest
    }

    /// The outbox as SQL takes it.
    package var outbox: String { table.outbox }

    var truncateName: String { name + Self.truncateSuffix }

    /// What the function's comment must say for it to be this one: a mapping with another key, and another version of
    /// Memoir, has another.
    package var comment: String { "Memoir follows \(collection): \(Self.digest(function).prefix(16))" }

    /// Statements that put it there, in one transaction. Run again they change nothing.
    package var installation: [String] {
        [
            "BEGIN",
            // Who waits for a lock on the table makes all others wait behind it.
            "SET LOCAL lock_timeout = '10s'",
            """
            CREATE TABLE IF NOT EXISTS \(table.outbox) (
                id bigint GENERATED ALWAYS AS IDENTITY,
                collection text NOT NULL,
                changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                row_key jsonb,
                gone jsonb,
                PRIMARY KEY (collection, id)
            )
            """,
            function,
            "COMMENT ON FUNCTION \(quotedFunction)() IS \(SQLText.literal(comment))",
            // Nobody else may hang it on a table of their own.
            "REVOKE ALL ON FUNCTION \(quotedFunction)() FROM PUBLIC",
            "DROP TRIGGER IF EXISTS \(SQLText.name(name)) ON \(table.quotedName)",
            """
            CREATE TRIGGER \(SQLText.name(name)) AFTER INSERT OR UPDATE OR DELETE ON \(table.quotedName)
                FOR EACH ROW EXECUTE FUNCTION \(quotedFunction)()
            """,
            "DROP TRIGGER IF EXISTS \(SQLText.name(truncateName)) ON \(table.quotedName)",
            """
            CREATE TRIGGER \(SQLText.name(truncateName)) AFTER TRUNCATE ON \(table.quotedName)
                FOR EACH STATEMENT EXECUTE FUNCTION \(quotedFunction)()
            """,
            "COMMIT",
        ]
    }

    /// Statements that take it away, in one transaction.
    ///
    /// - Parameter isLast: whether no other collection needs the outbox.
    package func removal(isLast: Bool) -> [String] {
        var statements = [
            "BEGIN",
            "SET LOCAL lock_timeout = '10s'",
            "DROP TRIGGER IF EXISTS \(SQLText.name(name)) ON \(table.quotedName)",
            "DROP TRIGGER IF EXISTS \(SQLText.name(truncateName)) ON \(table.quotedName)",
            "DROP FUNCTION IF EXISTS \(quotedFunction)()",
        ]
        if isLast {
            statements.append("DROP TABLE IF EXISTS \(table.outbox)")
        } else if table.hasOutbox {
            statements.append("DELETE FROM \(table.outbox) WHERE collection = \(SQLText.literal(collection))")
        }
        return statements + ["COMMIT"]
    }

    /// Statements as an administrator can run them.
    package static func text(_ statements: [String]) -> String {
        statements.map { "\($0);" }.joined(separator: "\n")
    }

    var quotedFunction: String { "\(SQLText.name(table.schema)).\(SQLText.name(name))" }

    private static func digest(_ text: String) -> String {
        var digits: [UInt8] = []
        ContentHash(of: Array(text.utf8)[...]).append(to: &digits)
        return String(decoding: digits, as: UTF8.self)
    }
}
