import Memory
import Templates
import Testing

@testable import Backfill

@Suite("The fingerprint of a source")
struct FingerprintTests {
    /// Of a table `id`, `amount` with a field `amount`.
    private func fingerprint(
        declared kind: CollectionField.Kind? = nil,
        column: ColumnType = .numeric,
        primaryKey: String = "id"
    ) throws -> String {
        var definition = SourceDefinition(
            collection: "c",
            relation: .table("t"),
            content: try TextTemplate(parsing: "{amount}")
        )
        definition.key = try TextTemplate(parsing: "{id}")
        definition.metadata = [SourceDefinition.Field(name: "amount", column: "amount")]
        let mapping = try SourceMapping(
            definition,
            columns: [SourceColumn(name: "id", type: .integer), SourceColumn(name: "amount", type: column)],
            tablePrimaryKey: [primaryKey],
            declaredFields: kind.map { [CollectionField(name: "amount", kind: $0)] } ?? []
        )
        return Source(mapping: mapping, relation: "t", isKeyUnique: true).fingerprint
    }

    @Test("it is that of all that decides what a row becomes")
    func changes() throws {
        let all = [
            try fingerprint(), try fingerprint(declared: .integer), try fingerprint(declared: .string),
            try fingerprint(column: .text), try fingerprint(primaryKey: "amount"),
        ]
        #expect(Set(all).count == all.count)
    }

    @Test("what is said and what holds anyway are the same")
    func same() throws {
        #expect(try fingerprint(declared: .number) == fingerprint())
    }
}
