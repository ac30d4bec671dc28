import Memory
import Templates
import Testing

@testable import Backfill

@Suite struct RowEncoderTests {
    private let columns: [SourceColumn] = [
        SourceColumn(name: "amount", type: .numeric),
        SourceColumn(name: "id", type: .integer, isNullable: false),
        SourceColumn(name: "number", type: .text),
        SourceColumn(name: "paid", type: .boolean),
        SourceColumn(name: "part", type: .text, isNullable: false),
        SourceColumn(name: "tags", type: .array(of: .text)),
        SourceColumn(name: "tenant_id", type: .uuid),
        SourceColumn(name: "vendor", type: .text),
    ]

    private func encoder(
        content: String = "{vendor}{amount}",
        key: String? = nil,
        tenant: String? = nil,
        primaryKey: [String] = ["id"],
        metadata: [String] = [],
        limits: RowLimits = RowLimits()
    ) throws -> RowEncoder {
        var definition = SourceDefinition(
            collection: "c",
            relation: .table("t"),
            content: try TextTemplate(parsing: content)
        )
        definition.key = try key.map { try TextTemplate(parsing: $0) }
        definition.tenant = tenant
        definition.metadata = metadata.map { SourceDefinition.Field(name: $0, column: $0) }
        let mapping = try SourceMapping(definition, columns: columns, tablePrimaryKey: primaryKey)
        return RowEncoder(mapping, limits: limits)
    }

    /// A row by its columns' names; what is not named is null.
    private func encode(_ values: [String: String], with encoder: inout RowEncoder) -> RowFailure? {
        encoder.encode(encoder.mapping.columns.map { values[$0.name] })
    }

    @Test func writesAllFields() throws {
        var encoder = try encoder(
            content: "From {vendor|nobody}: {number} €{amount} {paid} {tags}{{}}",
            key: "{vendor}/{number}",
            tenant: "tenant_id",
            primaryKey: ["id", "part"],
            metadata: ["amount", "vendor", "tags"]
        )
        #expect(
            encoder.mapping.columns.map(\.name) == [
                "id", "part", "vendor", "number", "tenant_id", "amount", "paid", "tags",
            ]
        )
        let row = [
            "id": "7", "part": "a\"é", "vendor": "Müller", "number": "R/1", "tenant_id": "acme", "amount": "12.50",
            "paid": "t", "tags": "{a,\"b, c\",NULL}",
        ]
        #expect(encode(row, with: &encoder) == nil)
        #expect(encoder.texts.content == "From Müller: R/1 €12.50 true a, b, c{}")
        #expect(encoder.texts.metadata == #"{"amount":12.50,"vendor":"Müller","tags":["a","b, c",null]}"#)
        #expect(encoder.texts.key == "Müller/R%2F1")
        #expect(encoder.texts.source == #"postgres:["7","a\"é"]"#)
        #expect(encoder.tenant == Array("acme".utf8))
        #expect(encoder.primaryKey.strings == ["7", "a\"é"])
        // The next row finds nothing of it.
        let next = ["id": "8", "part": "", "vendor": "", "number": "", "tenant_id": "b"]
        #expect(encode(next, with: &encoder) == nil)
        #expect(encoder.texts.content == "From :  €  {}")
        #expect(encoder.texts.metadata == #"{"vendor":""}"#)
        #expect(encoder.texts.key == "/")
        #expect(encoder.texts.source == #"postgres:["8",""]"#)
        #expect(encoder.primaryKey.strings == ["8", ""])
    }

    @Test func nullTakesTheTextInstead() throws {
        var encoder = try encoder(content: "{vendor|nobody} {number}.", key: "{number|none/}-{id}")
        #expect(encode(["id": "1"], with: &encoder) == nil)
        #expect(encoder.texts.content == "nobody .")
        #expect(encoder.texts.key == "none%2F-1")
        #expect(encoder.tenant == nil)
    }

    @Test(arguments: [
        ("{id}", ["id": "1"], "1"), ("no. {id}!", ["id": "1/2"], "no. 1%2F2!"),
        ("{vendor}-{number}", ["vendor": "a-b", "number": "c%/"], "a%2Db-c%25%2F"),
        ("{vendor}·{number}", ["vendor": "ä·", "number": "·"], "%C3%A4%C2%B7·%C2%B7"),
        ("{paid}/{tags}", ["paid": "f", "tags": "{a,b}"], "false/{a,b}"),
    ])
    func keysAreEscaped(template: String, values: [String: String], key: String) throws {
        var encoder = try encoder(key: template)
        let row = ["id": "1", "vendor": "v"].merging(values) { $1 }
        #expect(encode(row, with: &encoder) == nil)
        #expect(encoder.texts.key == key)
    }

    @Test func defaultKeyIsThePrimaryKey() throws {
        var encoder = try encoder(primaryKey: ["part", "id"])
        #expect(encode(["part": "a/b", "id": "1", "vendor": "v"], with: &encoder) == nil)
        #expect(encoder.texts.key == "a%2Fb/1")
    }

    @Test(
        arguments: [
            ([:], .nullKey, "column id is null, and it is of the primary key; leave such rows out in a query"),
            (
                ["id": "1"], .nullKey,
                "column number is null, and the key is made of it; write {column|text} for a text instead"
            ),
            (["id": "1", "number": ""], .nullKey, "the key is empty: all columns that it is made of are"),
            (
                ["id": "1", "number": "n"], .nullTenant,
                "column tenant_id is null or empty, and the row would belong to no tenant; leave such rows out or use "
                    + "coalesce in a query"
            ),
            (
                ["id": "1", "number": "n", "tenant_id": "12345678901234567"], .keyTooLarge,
                "column tenant_id makes a tenant of 17 bytes; at most 16 are allowed"
            ),
            (
                ["id": "1", "number": "12345678901234567"], .keyTooLarge,
                "column number makes a key of 17 bytes; at most 16 are allowed"
            ),
            (
                ["id": "1", "number": "1234567890123%%"], .keyTooLarge,
                "column number makes a key of 19 bytes; at most 16 are allowed"
            ),
            (
                ["id": "1234", "number": "n"], .keyTooLarge,
                "column id makes a source of 17 bytes; at most 16 are allowed"
            ),
            (
                ["id": "1", "number": "n", "tenant_id": "t"], .emptyContent,
                "the content is empty: all columns of its template are null or blank"
            ),
            (
                ["id": "1", "number": "n", "tenant_id": "t", "vendor": " \t\n"], .emptyContent,
                "the content is empty: all columns of its template are null or blank"
            ),
            (
                ["id": "1", "number": "n", "tenant_id": "t", "vendor": "12345678901234567890"], .contentTooLarge,
                "column vendor makes a content of 21 bytes and more; at most 20 are allowed; cut it with left(column, …) "
                    + "in a query"
            ),
            (
                ["id": "1", "number": "n", "tenant_id": "t", "vendor": "v", "amount": "NaN"], .invalidValue,
                "column amount is NaN or infinite, which JSON cannot hold; make it null in a query, as with "
                    + "nullif(x, 'NaN')"
            ),
            (
                ["id": "1", "number": "n", "tenant_id": "t", "vendor": "v", "amount": "12345678901234"],
                .metadataTooLarge,
                "column amount makes metadata of 24 bytes and more; at most 24 are allowed; leave it out or cut it in a "
                    + "query"
            ),
            (
                ["id": "1", "number": "n", "tenant_id": "t", "vendor": "v", "amount": "123456789012345678901234"],
                .metadataTooLarge,
                "column amount makes metadata of 25 bytes and more; at most 24 are allowed; leave it out or cut it in a "
                    + "query"
            ),
        ] as [([String: String], RowFailure.Code, String)]
    )
    func failuresNameTheColumn(values: [String: String], code: RowFailure.Code, message: String) throws {
        var limits = RowLimits()
        limits.nameBytes = 16
        limits.contentBytes = 20
        limits.metadata.bytes = 24
        var encoder = try encoder(
            content: " {vendor}",
            key: "{number}",
            tenant: "tenant_id",
            metadata: ["amount"],
            limits: limits
        )
        #expect(encode(values, with: &encoder) == RowFailure(code, message))
    }

    /// A text of ten megabytes is not even copied.
    @Test func largeTextsTakeNoMemory() throws {
        let text = String(repeating: "\u{1}", count: 10_000_000)
        var encoder = try encoder(content: "{vendor}")
        #expect(encode(["id": "1", "vendor": text], with: &encoder)?.code == .contentTooLarge)
        #expect(encoder.content.capacity < 1_000)
        let shorter = String(text.prefix(100_000))
        encoder = try self.encoder(content: "{id}", metadata: ["vendor"])
        #expect(encode(["id": "1", "vendor": shorter], with: &encoder)?.code == .metadataTooLarge)
        #expect(encoder.metadata.capacity < 1_000)
        encoder = try self.encoder(content: "{id}", key: "{vendor}")
        #expect(encode(["id": "1", "vendor": shorter], with: &encoder)?.code == .keyTooLarge)
        #expect(encoder.key.capacity < 1_000)
    }

    @Test func boundsAreReached() throws {
        var limits = RowLimits()
        limits.contentBytes = 5
        limits.metadata.bytes = 14
        limits.nameBytes = 15
        var encoder = try encoder(content: "é{vendor}", key: "{number}", metadata: ["amount"], limits: limits)
        let row = ["id": "1", "vendor": "abc", "number": "123456789012345", "amount": "123"]
        #expect(encode(row, with: &encoder) == nil)
        #expect(encoder.texts.metadata == #"{"amount":123}"#)
    }

    @Test func failedRowsKeepTheirSource() throws {
        var encoder = try encoder(primaryKey: ["id", "part"])
        #expect(encode(["part": "x"], with: &encoder)?.code == .nullKey)
        #expect(encoder.texts.source == #"postgres:[null,"x"]"#)
        #expect(encode(["id": "3", "part": "x"], with: &encoder)?.code == .emptyContent)
        #expect(encoder.texts.source == #"postgres:["3","x"]"#)
        #expect(encoder.primaryKey.strings == ["3", "x"])
    }

    @Test(arguments: [("id", 0), ("vendor", 1), ("amount", 2)])
    func invalidUTF8IsTheRowsFault(name: String, column: Int) throws {
        var encoder = try encoder(metadata: ["amount"])
        var values: [[UInt8]?] = [[0x31], [0x61], [0x31]]
        values[column] = [0x61, 0xC3, 0x28]
        let message = "column \(name) is no valid UTF-8; mend it, or leave it out with convert_from in a query"
        #expect(encoder.encode(TestRow(values)) == RowFailure(.invalidUTF8, message))
        #expect(encoder.texts.source == (column == 0 ? "postgres:[\"a\u{FFFD}(\"]" : "postgres:[\"1\"]"))
    }
}
