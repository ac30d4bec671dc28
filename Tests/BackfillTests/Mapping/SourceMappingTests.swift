import Memory
import Templates
import Testing

@testable import Backfill

@Suite struct SourceMappingTests {
    private static let columns: [SourceColumn] = [
        SourceColumn(name: "total_amount", type: .numeric),
        SourceColumn(name: "id", type: .integer, isNullable: false),
        SourceColumn(name: "vendor_name", type: .text),
        SourceColumn(name: "updated_at", type: .timestamp(hasZone: true)),
        SourceColumn(name: "due on", type: .date),
        SourceColumn(name: "data", type: .json),
    ]

    private func definition(
        content: String = "{vendor_name}",
        relation: SourceDefinition.Relation = .table("public.invoices")
    ) throws -> SourceDefinition {
        SourceDefinition(collection: "invoices", relation: relation, content: try TextTemplate(parsing: content))
    }

    private func problems(
        _ definition: SourceDefinition,
        columns: [SourceColumn] = columns,
        tablePrimaryKey: [String] = ["id"],
        declared: [CollectionField] = []
    ) -> [String] {
        do throws(MappingError) {
            _ = try SourceMapping(
                definition,
                columns: columns,
                tablePrimaryKey: tablePrimaryKey,
                declaredFields: declared
            )
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test func selectsEachColumnOnceAndTheKeyFirst() throws {
        var definition = try definition(content: "{vendor_name} {total_amount} {vendor_name}")
        definition.key = try TextTemplate(parsing: "{vendor_name}/{id}")
        definition.updated = "updated_at"
        definition.metadata = [
            SourceDefinition.Field(name: "amount", column: "total_amount"),
            SourceDefinition.Field(name: "due", column: "due on"),
        ]
        let mapping = try SourceMapping(definition, columns: Self.columns, tablePrimaryKey: ["id"])
        #expect(mapping.columns.map(\.name) == ["id", "vendor_name", "total_amount", "due on", "updated_at"])
        #expect(mapping.primaryKey.map(\.name) == ["id"])
        #expect(mapping.updatedColumn == 4)
        #expect(mapping.tenantColumn == nil)
    }

    @Test func primaryKeyOfTheSourceWins() throws {
        var definition = try definition()
        definition.primaryKey = ["vendor_name", "total_amount"]
        definition.tenant = "vendor_name"
        let mapping = try SourceMapping(definition, columns: Self.columns, tablePrimaryKey: ["id"])
        #expect(mapping.columns.map(\.name) == ["vendor_name", "total_amount"])
        #expect(mapping.primaryKeyCount == 2)
        #expect(mapping.tenantColumn == 0)
    }

    @Test func typeIsTheSourcesThenTheDeclaredThenTheColumns() throws {
        var definition = try definition()
        definition.metadata = [
            SourceDefinition.Field(name: "a", column: "total_amount", kind: .string),
            SourceDefinition.Field(name: "b", column: "total_amount"),
            SourceDefinition.Field(name: "c", column: "total_amount"),
            SourceDefinition.Field(name: "d", column: "total_amount", kind: .integer),
        ]
        let mapping = try SourceMapping(
            definition,
            columns: Self.columns,
            tablePrimaryKey: ["id"],
            declaredFields: [
                CollectionField(name: "a", kind: .string), CollectionField(name: "b", kind: .integer),
                CollectionField(name: "d", kind: .number),
            ]
        )
        #expect(mapping.fields.map(\.conversion) == [.shown(.numeric), .integer, .number, .integer])
    }

    @Test func allIsToldAtOnce() throws {
        var definition = try definition(content: "{vendor_nam} {due_on}")
        definition.primaryKey = ["ID"]
        definition.key = try TextTemplate(parsing: "{vendor}")
        definition.tenant = "organisation"
        definition.updated = "updated"
        definition.metadata = [SourceDefinition.Field(name: "amount", column: "amount_total")]
        let listed = "there are total_amount, id, vendor_name, updated_at, due on, data"
        #expect(
            problems(definition) == [
                "collections.invoices.source.primaryKey: there is no column ID; did you mean id?",
                "collections.invoices.source.content: there is no column vendor_nam; did you mean vendor_name?",
                "collections.invoices.source.content: there is no column due_on; did you mean due on?",
                "collections.invoices.source.key: there is no column vendor; \(listed)",
                "collections.invoices.source.tenant: there is no column organisation; \(listed)",
                "collections.invoices.source.updated: there is no column updated; \(listed)",
                "collections.invoices.source.metadata.amount: there is no column amount_total; \(listed)",
            ]
        )
    }

    @Test func noPrimaryKeyIsToldWithTheWayOut() throws {
        #expect(
            problems(try definition(), tablePrimaryKey: []) == [
                "collections.invoices.source.primaryKey: public.invoices has no primary key; name the columns that make a "
                    + "row unique, such as primaryKey: [id], and give them a unique index"
            ]
        )
        #expect(
            problems(try definition(relation: .query("SELECT 1")), tablePrimaryKey: []) == [
                "collections.invoices.source.primaryKey: is missing; name the columns of the query that make a row unique, "
                    + "such as [id]"
            ]
        )
        var twice = try definition()
        twice.primaryKey = ["id", "id"]
        #expect(problems(twice) == ["collections.invoices.source.primaryKey: names a column twice"])
    }

    @Test func fieldsAreBounded() throws {
        var definition = try definition()
        definition.metadata = (0...256).map { SourceDefinition.Field(name: "f\($0)", column: "id") }
        #expect(
            problems(definition) == [
                "collections.invoices.source.metadata: has 257 fields; at most 256 are allowed"
            ]
        )
    }

    @Test func columnsOfOneNameAreRefused() throws {
        let column = SourceColumn(name: "id", type: .integer)
        #expect(
            problems(try definition(), columns: Self.columns + [column, column]) == [
                "collections.invoices.source.query: has two columns called id; give one another name with AS"
            ]
        )
    }

    @Test(arguments: [
        (
            "{id}{vendor_name}",
            "has {id} and {vendor_name} side by side, so that two rows could have one key; write a / between them"
        ),
        ("{id}%{vendor_name}", "has a % in its text, which marks what is escaped in values; leave it out"),
    ])
    func keysThatCouldCollideAreRefused(template: String, reason: String) throws {
        var definition = try definition()
        definition.key = try TextTemplate(parsing: template)
        #expect(problems(definition) == ["collections.invoices.source.key: \(reason)"])
    }

    @Test func updatedIsATime() throws {
        var definition = try definition()
        definition.updated = "vendor_name"
        #expect(
            problems(definition) == [
                "collections.invoices.source.updated: column vendor_name is text, and what says when a row was changed must "
                    + "be a timestamp or a date"
            ]
        )
        definition.updated = "due on"
        #expect(problems(definition) == [])
    }

    @Test(
        arguments: [
            ("content", "id", nil, "content is written by Memoir itself; choose another name"),
            ("_memoir_x", "id", nil, "_memoir is written by Memoir itself; choose another name"),
            (
                "vendor.name", "id", nil,
                "has a dot in its name, which filters take for a path; make an object of it with jsonb_build_object in a "
                    + "query"
            ),
            ("", "id", nil, "has no name"),
            (
                "declared", "id", .string,
                "is of type string here and integer below fields; make them the same"
            ),
            (
                "declared", "vendor_name", nil,
                "column vendor_name is text, which cannot become a field of type integer; cast it in a query, or choose "
                    + "another type"
            ),
            (
                "f", "due on", .boolean,
                "column \"due on\" is a date, which cannot become a field of type boolean; cast it in a query, or choose "
                    + "another type"
            ),
        ] as [(String, String, CollectionField.Kind?, String)]
    )
    func wrongFieldsAreRefused(name: String, column: String, kind: CollectionField.Kind?, reason: String) throws {
        var definition = try definition()
        definition.metadata = [SourceDefinition.Field(name: name, column: column, kind: kind)]
        let declared = [CollectionField(name: "declared", kind: .integer)]
        #expect(
            problems(definition, declared: declared) == [
                "collections.invoices.source.metadata.\(name): \(reason)"
            ]
        )
    }

    /// Every type of the database against every type of a field.
    @Test(arguments: [
        (ColumnType.boolean, "string boolean"), (.integer, "string integer number"), (.float, "string integer number"),
        (.numeric, "string integer number"), (.text, "string datetime"), (.uuid, "string"), (.date, "string datetime"),
        (.timestamp(hasZone: false), "string datetime"), (.time, "string"), (.interval, "string"),
        (.json, "string integer number boolean datetime object array"), (.bytea, "string"), (.enumeration, "string"),
        (.array(of: .text), "string array"), (.other, "string"),
    ])
    func typesThatFit(type: ColumnType, kinds: String) {
        let fitting = CollectionField.Kind.allCases.filter { ValueConversion(type, to: $0) != nil }
        #expect(fitting.map(\.rawValue).joined(separator: " ") == kinds)
    }
}
