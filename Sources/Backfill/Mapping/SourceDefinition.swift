package import Memory
package import Templates

/// Where the memories of a collection come from, as the configuration says it: the section `source`.
package struct SourceDefinition: Sendable, Equatable {
    package enum Relation: Sendable, Equatable {
        /// A table, view or partitioned table, with its schema or without.
        case table(String)
        /// A `SELECT` without a semicolon at its end.
        case query(String)
    }

    /// One field of the metadata.
    package struct Field: Sendable, Equatable {
        package var name: String
        package var column: String
        /// Nil leaves it to the collection's declaration, and to the column's own type after that.
        package var kind: CollectionField.Kind?

        package init(name: String, column: String, kind: CollectionField.Kind? = nil) {
            self.name = name
            self.column = column
            self.kind = kind
        }
    }

    package var collection: String
    package var relation: Relation
    /// Columns. Defaults to those of the table's own primary key.
    package var primaryKey: [String] = []
    package var content: TextTemplate
    /// Of the natural key. Defaults to the values of the primary key with `/` between them.
    package var key: TextTemplate?
    /// A column. Defaults to none: the memories have no tenant.
    package var tenant: String?
    /// The column that says when a row was changed. Defaults to none.
    package var updated: String?
    /// In the order of the configuration.
    package var metadata: [Field] = []

    package init(collection: String, relation: Relation, content: TextTemplate) {
        self.collection = collection
        self.relation = relation
        self.content = content
    }
}
