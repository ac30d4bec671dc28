package import Templates

/// `collections.<name>.source`: the rows of the database that become memories of the collection.
package struct CollectionSourceSettings: Sendable, Equatable {
    package enum Relation: Sendable, Equatable {
        /// `table`: a table, view or partitioned table, with its schema or without.
        case table(String)
        /// `query`: a `SELECT` without a semicolon at its end.
        case query(String)
    }

    /// `metadata.<field>`: a column, or a column and the type that it is to have.
    package struct Field: Sendable, Equatable {
        package var name: String
        package var column: String
        /// Defaults to the type that the collection declares, and to the column's own after that.
        package var kind: CollectionFieldSettings.Kind?

        package init(name: String, column: String, kind: CollectionFieldSettings.Kind? = nil) {
            self.name = name
            self.column = column
            self.kind = kind
        }
    }

    package var relation: Relation
    /// `primaryKey`, columns. Defaults to the table's own.
    package var primaryKey: [String] = []
    /// `content`, a template of the text that is remembered.
    package var content: TextTemplate
    /// `key`, a template of the natural key. Defaults to the values of the primary key with `/` between them.
    package var key: TextTemplate?
    /// `tenant`, a column. Defaults to none.
    package var tenant: String?
    /// `updated`, the column that says when a row was changed. Defaults to none.
    package var updated: String?
    /// `metadata`, in the order of the file. Defaults to none.
    package var metadata: [Field] = []

    package init(relation: Relation, content: TextTemplate) {
        self.relation = relation
        self.content = content
    }
}
