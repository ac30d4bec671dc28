internal import Memory

/// A source that was looked at: its mapping fits the columns that are really there.
package struct Source: Sendable {
    package let mapping: SourceMapping
    package let statements: SourceStatements
    /// Whether the database guarantees that no two rows have the same primary key.
    package let isKeyUnique: Bool

    package var collection: String { mapping.definition.collection }

    /// For people: the table's name, or that it is a query.
    package var name: String {
        switch mapping.definition.relation {
        case .table(let name): name
        case .query: "a query"
        }
    }

    /// Of all that decides what a row is made into: rows of two sources that have the same are made alike.
    package var fingerprint: String {
        let conversions = mapping.fields.map { ($0.name, $0.conversion) }
        let all = "\(mapping.definition) \(mapping.primaryKeyCount) \(mapping.columns) \(conversions)"
        let hash = ContentHash(of: Array(all.utf8)[...])
        var text: [UInt8] = []
        hash.append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    init(mapping: SourceMapping, relation: String, isKeyUnique: Bool) {
        self.mapping = mapping
        self.isKeyUnique = isKeyUnique
        statements = SourceStatements(
            relation: relation,
            primaryKey: mapping.primaryKey.map(\.name),
            columns: mapping.columns.map(\.name),
            updated: mapping.definition.updated
        )
    }
}
