package import Memory
import Templates

/// A `source` that fits the columns which are really there: what to select, and what becomes of it.
package struct SourceMapping: Sendable {
    package let definition: SourceDefinition
    /// What to select, each column once: the primary key's, those of key and tenant, the rest.
    package let columns: [SourceColumn]
    /// How many of `columns` make the primary key; at least one. Pages are in the order of these.
    package let primaryKeyCount: Int
    /// Where the tenant stands in `columns`.
    package let tenantColumn: Int?
    /// Where the column stands that says when a row was changed.
    package let updatedColumn: Int?

    /// One field of the metadata.
    struct Field: Sendable {
        let column: Int
        let name: String
        let kind: CollectionField.Kind?
        let conversion: ValueConversion
    }

    let content: CompiledTemplate
    let key: CompiledTemplate
    let keyEscaping: KeyEscaping
    let fields: [Field]

    package var primaryKey: ArraySlice<SourceColumn> { columns[..<primaryKeyCount] }

    /// - Parameters:
    ///   - columns: of the table or the query, in any order.
    ///   - tablePrimaryKey: the columns of the table's own primary key in its order; empty where there is none.
    ///   - declaredFields: what the collection declares.
    package init(
        _ definition: SourceDefinition,
        columns available: [SourceColumn],
        tablePrimaryKey: [String] = [],
        declaredFields: [CollectionField] = []
    ) throws(MappingError) {
        var check = SourceCheck(definition, available, tablePrimaryKey: tablePrimaryKey, declaredFields)
        check.run()
        guard check.problems.isEmpty else { throw MappingError(problems: check.problems) }

        let primaryKey = check.primaryKey
        let keyTemplate = definition.key ?? TextTemplate(joining: primaryKey, by: "/")
        var columns: [SourceColumn] = []
        let wanted =
            primaryKey + keyTemplate.columns + [definition.tenant].compactMap { $0 } + definition.content.columns
            + definition.metadata.map(\.column) + [definition.updated].compactMap { $0 }
        for name in wanted where !columns.contains(where: { $0.name == name }) {
            if let column = available.first(where: { $0.name == name }) { columns.append(column) }
        }
        let place = { (name: String) in columns.firstIndex { $0.name == name } }
        self.definition = definition
        self.columns = columns
        primaryKeyCount = primaryKey.count
        tenantColumn = definition.tenant.flatMap(place)
        updatedColumn = definition.updated.flatMap(place)
        content = CompiledTemplate(definition.content, columns: columns)
        key = CompiledTemplate(keyTemplate, columns: columns)
        keyEscaping = KeyEscaping(keyTemplate)
        fields = check.fields.compactMap { field in
            place(field.column.name).map {
                Field(column: $0, name: field.name, kind: field.kind, conversion: field.conversion)
            }
        }
    }
}
