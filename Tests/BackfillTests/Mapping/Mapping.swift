import Memory
import Templates

@testable import Backfill

extension SourceMapping {
    /// One column of the type, called `value`, beside a primary key `id`.
    static func ofValue(
        _ type: ColumnType,
        as kind: CollectionField.Kind? = nil,
        content: String = "x{id}"
    ) throws -> SourceMapping {
        var definition = SourceDefinition(
            collection: "c",
            relation: .table("t"),
            content: try TextTemplate(parsing: content)
        )
        definition.metadata = [SourceDefinition.Field(name: "f", column: "value", kind: kind)]
        return try SourceMapping(
            definition,
            columns: [SourceColumn(name: "id", type: .integer), SourceColumn(name: "value", type: type)],
            tablePrimaryKey: ["id"]
        )
    }
}

extension RowEncoder {
    /// The fields of a row of text values, or why there are none.
    mutating func encode(_ values: [String?]) -> RowFailure? { encode(TestRow(values)) }

    var texts: (content: String, metadata: String, key: String, source: String) {
        (
            String(decoding: content, as: UTF8.self), String(decoding: metadata, as: UTF8.self),
            String(decoding: key, as: UTF8.self), String(decoding: source, as: UTF8.self)
        )
    }
}
