/// A column that the table or the query really has.
package struct SourceColumn: Sendable, Equatable {
    package let name: String
    package let type: ColumnType
    /// Also where it is not known, as with a query's.
    package let isNullable: Bool

    package init(name: String, type: ColumnType, isNullable: Bool = true) {
        self.name = name
        self.type = type
        self.isNullable = isNullable
    }
}
