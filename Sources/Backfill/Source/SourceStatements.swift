internal import PostgresClient

/// What a source is asked, in SQL.
///
/// Pages go by the primary key: each begins behind the last row of the one before, which an index finds at once however far
/// it is (keyset pagination), and no transaction lasts longer than a page. Parameters are left untyped: PostgreSQL takes the
/// type of the column that they are compared with.
package struct SourceStatements: Sendable, Equatable {
    /// What stands behind FROM: a table's name as PostgreSQL quotes it, or a query in parentheses.
    package let relation: String
    /// Names, not quoted.
    package let primaryKey: [String]
    /// Names, in the order in which the rows' values are read.
    let columns: [String]
    /// The name of the column that says when a row was changed.
    let updated: String?

    package init(relation: String, primaryKey: [String], columns: [String], updated: String?) {
        precondition(!primaryKey.isEmpty, "a source without a primary key")
        self.relation = relation
        self.primaryKey = primaryKey
        self.columns = columns
        self.updated = updated
    }

    /// - Parameters:
    ///   - after: the primary key of the last row that was read; nil to begin with the first.
    ///   - limit: rows at most.
    package func page(_ selection: RowSelection, after: RowKey?, limit: Int) -> SourceStatement {
        var statement = select(selection)
        if let after {
            statement.append(" AND (\(orderedKey)) > (")
            statement.bind(after.values)
            statement.append(")")
        }
        statement.append(" ORDER BY \(orderedKey) LIMIT \(limit)")
        return statement
    }

    /// Rows from all over the source, about `limit` of them.
    ///
    /// - Parameter share: of the rows to look at, from 0 to 1.
    package func sample(_ selection: RowSelection, share: Double, limit: Int) -> SourceStatement {
        var statement = select(selection)
        if share < 1 { statement.append(" AND random() < \(share)") }
        statement.append(" LIMIT \(limit)")
        return statement
    }

    /// The rows of these primary keys, those that there are.
    package func rows(_ keys: [RowKey]) -> SourceStatement {
        precondition(!keys.isEmpty, "no rows to ask for")
        var statement = SourceStatement()
        statement.append("SELECT \(columnList) FROM \(relation) AS source WHERE (\(orderedKey)) IN (")
        for (index, key) in keys.enumerated() {
            statement.append(index > 0 ? ", (" : "(")
            statement.bind(key.values)
            statement.append(")")
        }
        statement.append(") ORDER BY \(orderedKey)")
        return statement
    }

    /// The rows that were changed from a time on, in the order in which they were.
    ///
    /// - Parameters:
    ///   - since: as the column `updated`, which there must be, is written.
    ///   - after: the last row that was read; nil to begin with the first.
    package func changed(since: String, after: (updated: String, key: RowKey)?, limit: Int) -> SourceStatement {
        guard let updated else { preconditionFailure("a source that does not say when a row was changed") }
        var statement = select(RowSelection(since: since))
        if let after {
            statement.append(" AND (\(quoted(updated)), \(orderedKey)) > (")
            statement.bind([after.updated] + after.key.values)
            statement.append(")")
        }
        statement.append(" ORDER BY \(quoted(updated)), \(orderedKey) LIMIT \(limit)")
        return statement
    }

    /// Three figures: the rows selected, those of them that have a null in their primary key, and the primary keys that
    /// stand more than once.
    ///
    /// - Parameter isUnique: whether the database guarantees that no key stands twice; then it is not looked for.
    package func census(_ selection: RowSelection, isUnique: Bool) -> SourceStatement {
        let isNull = primaryKey.map { "\(quoted($0)) IS NULL" }.joined(separator: " OR ")
        var statement = SourceStatement()
        statement.append("SELECT count(*), count(*) FILTER (WHERE \(isNull)), ")
        let list = primaryKey.map(quoted).joined(separator: ", ")
        statement.append(
            isUnique
                ? "0"
                : "count(*) FILTER (WHERE NOT (\(isNull))) - count(DISTINCT (\(list))) FILTER (WHERE NOT (\(isNull)))"
        )
        statement.append(" FROM \(relation) AS source WHERE true")
        restrict(&statement, selection)
        return statement
    }

    /// The same source without any column but those of the primary key.
    package var keysOnly: SourceStatements {
        SourceStatements(relation: relation, primaryKey: primaryKey, columns: primaryKey, updated: updated)
    }

    /// The same source with the primary key, and when the row was changed, alone.
    var placesOnly: SourceStatements {
        SourceStatements(
            relation: relation,
            primaryKey: primaryKey,
            columns: primaryKey + [updated].compactMap(\.self),
            updated: updated
        )
    }

    private func select(_ selection: RowSelection) -> SourceStatement {
        let isThere = primaryKey.map { "\(quoted($0)) IS NOT NULL" }.joined(separator: " AND ")
        var statement = SourceStatement()
        statement.append("SELECT \(columnList) FROM \(relation) AS source WHERE \(isThere)")
        restrict(&statement, selection)
        return statement
    }

    private func restrict(_ statement: inout SourceStatement, _ selection: RowSelection) {
        if let since = selection.since, let updated {
            statement.append(" AND \(quoted(updated)) >= ")
            statement.bind(since)
        }
        // The line end closes a comment that the condition may end with.
        if let condition = selection.condition { statement.append(" AND (\(condition)\n)") }
    }

    private func quoted(_ name: String) -> String { PostgresConnection.quoted(identifier: name) }

    private var columnList: String { columns.map(quoted).joined(separator: ", ") }

    private var orderedKey: String { primaryKey.map(quoted).joined(separator: ", ") }

}
