import Templates
import Testing

@testable import Settings

@Suite struct CollectionSourceTests {
    private func read(_ yaml: String) throws -> (source: CollectionSourceSettings?, problems: [String]) {
        var reader = CollectionsReader(path: "c.yaml")
        let collections = reader.read(try YAMLNode(yaml: yaml))
        return (collections.first?.source, reader.problems.map(\.description))
    }

    /// The section of a collection `a`, from its third line on.
    private func read(source: String) throws -> (source: CollectionSourceSettings?, problems: [String]) {
        let lines = source.split(separator: "\n").map { "      \($0)" }
        return try read("collections: {a: {source: {\n" + lines.joined(separator: "\n") + "}}}")
    }

    @Test func readsEverything() throws {
        let (source, problems) = try read(
            """
            collections:
              invoices:
                fields:
                  amount: {type: number}
                source:
                  table: public.invoices
                  primaryKey: [id, part]
                  content: "Invoice from {vendor_name} for {description|nothing said}"
                  key: "{vendor_id}/{invoice_number}"
                  tenant: tenant_id
                  updated: updated_at
                  metadata:
                    vendor: vendor_name
                    amount: {column: total_amount, type: integer}
                    lines: {column: line_items}
            """
        )
        #expect(problems == [])
        var expected = CollectionSourceSettings(
            relation: .table("public.invoices"),
            content: try TextTemplate(parsing: "Invoice from {vendor_name} for {description|nothing said}")
        )
        expected.primaryKey = ["id", "part"]
        expected.key = try TextTemplate(parsing: "{vendor_id}/{invoice_number}")
        expected.tenant = "tenant_id"
        expected.updated = "updated_at"
        expected.metadata = [
            CollectionSourceSettings.Field(name: "vendor", column: "vendor_name"),
            CollectionSourceSettings.Field(name: "amount", column: "total_amount", kind: .integer),
            CollectionSourceSettings.Field(name: "lines", column: "line_items"),
        ]
        #expect(source == expected)
    }

    @Test func readsAQuery() throws {
        let (source, problems) = try read(source: "query: SELECT id FROM t,\nprimaryKey: id,\ncontent: 'x {id}'")
        #expect(problems == [])
        #expect(source?.relation == .query("SELECT id FROM t"))
        #expect(source?.primaryKey == ["id"])
        #expect(source?.key == nil)
        #expect(source?.metadata == [])
    }

    @Test func noSourceIsNone() throws {
        let (source, problems) = try read("collections: {a: }")
        #expect(source == nil)
        #expect(problems == [])
    }

    @Test(arguments: [
        (
            "table: t,\nconten: '{a}',\ncontent: '{a}'",
            ".conten (from c.yaml:3): there is no such key; did you mean content?"
        ),
        (
            "content: '{a}'",
            " (from c.yaml:1): has neither table nor query; write where the rows are, such as table: public.invoices"
        ),
        (
            "content: '{a}',\nprimaryKey: [id],\ntable: t,\nquery: SELECT 1",
            ".query (from c.yaml:5): stands beside table; keep one of them"
        ),
        (
            "query: SELECT 1,\ncontent: '{a}'",
            ".primaryKey (from c.yaml:1): is missing; name the columns of the query that make a row unique, such as [id]"
        ),
        (
            "query: SELECT 1; ,\nprimaryKey: [id],\ncontent: '{a}'",
            ".query (from c.yaml:2): ends with a semicolon; leave it out"
        ),
        (
            "table: public.,\ncontent: '{a}'",
            ".table (from c.yaml:2): expected the name of a table or view, such as public.invoices"
        ),
        ("table: ' ',\ncontent: '{a}'", ".table (from c.yaml:2): is empty; write a value or leave the key out"),
        (
            "table: t", " (from c.yaml:1): has no content; write a template such as content: \"{title}: {text}\""
        ),
        ("table: t,\ncontent: ", ".content (from c.yaml:3): is empty; write a value or leave the key out"),
        (
            "table: t,\ncontent: 'x {a'",
            ".content (“x {a” from c.yaml:3): has a { that is never closed; write {{ for a brace (at character 3)"
        ),
        (
            "table: t,\ncontent: {a: }",
            ".content (from c.yaml:3): expected text; a template that begins with { stands in quotes"
        ),
        (
            "table: t,\ncontent: '{a}',\nkey: no column",
            ".key (“no column” from c.yaml:4): names no column; write one in braces, such as {name}"
        ),
        (
            "table: t,\ncontent: '{a}',\nkey: '{a}{b}'",
            ".key (from c.yaml:4): has {a} and {b} side by side, so that two rows could have one key; write a / between "
                + "them"
        ),
        ("table: t,\ncontent: '{a}',\ntenant: [a]", ".tenant (from c.yaml:4): expected text"),
        (
            "table: t,\ncontent: '{a}',\nupdated: ''",
            ".updated (from c.yaml:4): is empty; write a value or leave the key out"
        ),
        (
            "table: t,\ncontent: '{a}',\nprimaryKey: []",
            ".primaryKey (from c.yaml:4): has an empty name; write the names of columns, such as [id]"
        ),
        (
            "table: t,\ncontent: '{a}',\nprimaryKey: [id, {a: b}]",
            ".primaryKey (from c.yaml:4): expected the names of columns, such as [id]"
        ),
        (
            "table: t,\ncontent: '{a}',\nprimaryKey: [id, id]",
            ".primaryKey (from c.yaml:4): names a column twice; keep one"
        ),
        (
            "table: t,\ncontent: '{a}',\nmetadata: {_memoir: a}",
            ".metadata._memoir (from c.yaml:4): _memoir is written by Memoir itself; choose another name"
        ),
        (
            "table: t,\ncontent: '{a}',\nmetadata: {a.b: a}",
            ".metadata.a.b (from c.yaml:4): a dot makes a path of a name; give the object around it as a column, as with "
                + "jsonb_build_object in a query"
        ),
        ("table: t,\ncontent: '{a}',\nmetadata: {'': a}", ".metadata. (from c.yaml:4): a field has a name"),
        (
            "table: t,\ncontent: '{a}',\nmetadata: {f: }",
            ".metadata.f (from c.yaml:4): is empty; write a value or leave the key out"
        ),
        (
            "table: t,\ncontent: '{a}',\nmetadata: {f: {type: text, column: a}}",
            ".metadata.f.type (“text” from c.yaml:4): expected one of string, integer, number, boolean, datetime, "
                + "object, array"
        ),
        (
            "table: t,\ncontent: '{a}',\nmetadata: {f: {colum: a, column: b}}",
            ".metadata.f.colum (from c.yaml:4): there is no such key; did you mean column?"
        ),
        (
            "table: t,\ncontent: '{a}',\nmetadata: {f: {type: string}}",
            ".metadata.f (from c.yaml:4): has no column; write {column: …, type: …}"
        ),
        (
            "table: t,\ncontent: '{a}',\nmetadata: [a]",
            ".metadata (from c.yaml:4): expected a mapping of names to values"
        ),
    ])
    func problems(source: String, problem: String) throws {
        #expect(try read(source: source).problems == ["collections.a.source\(problem)"])
    }

    @Test func sourceIsAMapping() throws {
        #expect(
            try read("collections: {a: {source: invoices}}").problems == [
                "collections.a.source (from c.yaml:1): expected a mapping such as {table: public.invoices, content: \"{text}\"}"
            ]
        )
    }

    @Test func typesAgreeWithTheDeclared() throws {
        let yaml = """
            collections:
              a:
                source:
                  table: t
                  content: "{a}"
                  metadata:
                    f: {column: a, type: string}
                    g: {column: a, type: integer}
                fields:
                  f: {type: integer}
                  g: {type: number}
            """
        #expect(
            try read(yaml).problems == [
                "collections.a.source.metadata.f (from c.yaml:7): is of type string here and integer below fields; make "
                    + "them the same"
            ]
        )
    }
}
