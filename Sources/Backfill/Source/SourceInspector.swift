package import Memory
package import PostgresClient
package import Reactor

/// Asks the database what a source really is: its columns, their types, its primary key. Reads the catalog only, and none
/// of the source's rows.
@Reactor
package struct SourceInspector {
    private let database: PostgresConnection

    package init(database: PostgresConnection) {
        self.database = database
    }

    /// - Parameter fields: that the collection declares.
    /// - Throws: `invalidMapping` with all that does not fit, or the database's own error.
    package func inspect(
        _ definition: SourceDefinition,
        declaring fields: [CollectionField]
    ) async throws(BackfillError) -> Source {
        let place = "collections.\(definition.collection).source"
        let relation: String
        var uniqueKeys: [UniqueKey] = []
        switch definition.relation {
        case .table(let name):
            let table = try await table(name, place: place)
            relation = table.name
            uniqueKeys = try await asking { () async throws(PostgresError) in try await self.uniqueKeys(table) }
        case .query(let sql):
            // The line end closes a comment that the query may end with.
            relation = "(\(sql)\n)"
        }
        let columns = try await columns(of: relation, place: place)
        let mapping: SourceMapping
        do throws(MappingError) {
            mapping = try SourceMapping(
                definition,
                columns: columns,
                tablePrimaryKey: uniqueKeys.first { $0.isPrimary }?.columns ?? [],
                declaredFields: fields
            )
        } catch {
            throw BackfillError(.invalidMapping, "\(error)")
        }
        let key = Set(mapping.primaryKey.map(\.name))
        let isUnique = uniqueKeys.contains { $0.coversAllRows && key.isSuperset(of: $0.columns) }
        return Source(mapping: mapping, relation: relation, isKeyUnique: isUnique)
    }

    // MARK: Tables

    private struct Table {
        let oid: String
        /// As it can stand in SQL.
        let name: String
    }

    private struct UniqueKey {
        let isPrimary: Bool
        /// Not those of tables that inherit from it, which are read with its own. Partitions are its own.
        let coversAllRows: Bool
        let columns: [String]
    }

    private func table(_ name: String, place: String) async throws(BackfillError) -> Table {
        let found = try await asking(place: "\(place).table") { () async throws(PostgresError) in
            try await database.execute("SELECT to_regclass($1)::oid, to_regclass($1)::text", [name])
        }
        if let oid = found.rows.first?[0], let text = found.rows.first?[1] { return Table(oid: oid, name: text) }
        let others = try await asking { () async throws(PostgresError) in try await self.tableNames() }
        let nearest = NearestMatch.find(ArraySlice(name.utf8), among: others)
        let seen = "; tables that are seen: \(others.prefix(10).joined(separator: ", "))"
        let hint = nearest.map { "; did you mean \($0)?" } ?? seen
        throw BackfillError(
            .invalidMapping,
            "\(place).table: there is no table or view \(name) in \(database.configuration)\(hint)"
        )
    }

    /// With their schema and without.
    private func tableNames() async throws(PostgresError) -> [String] {
        let found = try await database.execute(
            """
            SELECT c.relname, n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
            AND n.nspname NOT LIKE 'pg\\_toast%' ORDER BY 1 LIMIT 1000
            """
        )
        return found.rows.flatMap { $0.compactMap(\.self) }
    }

    /// Indexes that let no two rows have the same values.
    private func uniqueKeys(_ table: Table) async throws(PostgresError) -> [UniqueKey] {
        let found = try await database.execute(
            """
            SELECT i.indexrelid, i.indisprimary, a.attname, NOT EXISTS (
                SELECT FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid
                WHERE h.inhparent = i.indrelid AND NOT c.relispartition
            )
            FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(number, position)
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
            WHERE i.indrelid = $1::oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
            AND k.position <= i.indnkeyatts ORDER BY i.indexrelid, k.position
            """,
            [table.oid]
        )
        var keys: [(index: String?, isPrimary: Bool, coversAllRows: Bool, columns: [String])] = []
        for row in found.rows {
            guard let column = row[2] else { continue }
            if let last = keys.indices.last, keys[last].index == row[0] {
                keys[last].columns.append(column)
            } else {
                keys.append((row[0], row[1] == "t", row[3] == "t", [column]))
            }
        }
        return keys.map { key in
            UniqueKey(isPrimary: key.isPrimary, coversAllRows: key.coversAllRows, columns: key.columns)
        }
    }

    // MARK: Columns

    private func columns(of relation: String, place: String) async throws(BackfillError) -> [SourceColumn] {
        let described = try await asking(place: place) { () async throws(PostgresError) in
            try await database.describe("SELECT * FROM \(relation) AS source")
        }
        let types = try await asking { () async throws(PostgresError) in
            try await self.types(Set(described.map(\.typeOID)))
        }
        return described.map { column in
            let type = types[column.typeOID]
            return SourceColumn(
                name: column.name,
                type: ColumnType(
                    oid: column.typeOID,
                    category: type?.category ?? UInt8(ascii: "X"),
                    elementOID: type?.element ?? 0
                )
            )
        }
    }

    private func types(_ oids: Set<UInt32>) async throws(PostgresError) -> [UInt32: (category: UInt8, element: UInt32)]
    {
        let list = "{\(oids.map(String.init).joined(separator: ","))}"
        let found = try await database.execute(
            "SELECT oid, typcategory, typelem FROM pg_type WHERE oid = ANY($1::oid[])",
            [list]
        )
        var types: [UInt32: (category: UInt8, element: UInt32)] = [:]
        for row in found.rows {
            guard let oid = row[0].flatMap({ UInt32($0) }), let category = row[1]?.utf8.first else { continue }
            types[oid] = (category, row[2].flatMap { UInt32($0) } ?? 0)
        }
        return types
    }

    // MARK: Errors

    /// - Parameter place: the key of the configuration that a refusal is the fault of.
    private func asking<Answer: Sendable>(
        place: String? = nil,
        _ body: () async throws(PostgresError) -> Answer
    ) async throws(BackfillError) -> Answer {
        do throws(PostgresError) {
            return try await body()
        } catch {
            // Class 42: a syntax error, a name that is not there, a permission that is missing.
            if let place, error.sqlState?.hasPrefix("42") ?? false {
                throw BackfillError(.invalidMapping, "\(place): \(error)")
            }
            throw BackfillError(error)
        }
    }
}
