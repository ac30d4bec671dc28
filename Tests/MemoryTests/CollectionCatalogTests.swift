import JobQueue
import Testing

@testable import Memory

@Suite struct CollectionCatalogTests {
    private func catalog(_ names: [String]) throws -> CollectionCatalog {
        try CollectionCatalog(names.map { try CollectionDefinition(name: $0) })
    }

    @Test func findsEveryNameInASliceOfSomethingLarger() throws {
        let names = (0..<300).map { "collection-\($0)" }
        let catalog = try catalog(names)
        for name in names {
            let entry = "collection=\(name);".field
            let found = try catalog.collection(named: entry.dropFirst(11).dropLast())
            #expect(found.name == name)
        }
        #expect(catalog.collections.map(\.name) == names)
    }

    @Test(arguments: [
        (
            "invoces", ["invoices", "contracts"],
            "\"invoces\" is not a known collection; did you mean \"invoices\"? Known: invoices, contracts"
        ),
        (
            "INVOICES", ["invoices"],
            "\"INVOICES\" is not a known collection; did you mean \"invoices\"? Known: invoices"
        ),
        ("recipes", ["invoices", "contracts"], "\"recipes\" is not a known collection; known: invoices, contracts"),
        ("", ["invoices"], "\"\" is not a known collection; known: invoices"),
        ("x\u{1B}[2J\n", ["invoices"], "\"x\u{FFFD}[2J\u{FFFD}\" is not a known collection; known: invoices"),
        ("any", [], "\"any\" is not a known collection; none is configured"),
    ])
    func namesTheNearestAndTheKnown(name: String, known: [String], reason: String) throws {
        let catalog = try catalog(known)
        #expect(throws: InvalidJob("collection", reason)) { try catalog.collection(named: name.field) }
    }

    @Test func errorsStayShort() throws {
        let catalog = try catalog((0..<1_000).map { "c\($0)" })
        let error = #expect(throws: InvalidJob.self) {
            try catalog.collection(named: String(repeating: "é", count: 10_000).field)
        }
        #expect(error?.reason.hasSuffix("c18, c19 and 980 more") == true)
        #expect(error?.reason.utf8.count ?? .max < 300)
    }

    @Test func refusesDuplicatesAndTooMany() throws {
        #expect(throws: InvalidCollection("a", "is declared twice")) { try catalog(["a", "b", "a"]) }
        #expect(throws: InvalidCollection.self) { try catalog((0...1_024).map { "c\($0)" }) }
        #expect(throws: Never.self) { try catalog((0..<1_024).map { "c\($0)" }) }
    }

    @Test(arguments: ["", "a/b", "a b", "é", "a\0", String(repeating: "a", count: 256)])
    func refusesNamesThatAreNoPathComponent(name: String) {
        #expect(throws: InvalidCollection.self) { try CollectionDefinition(name: name) }
    }

    @Test(arguments: [
        (CollectionField(name: "", kind: .string), "field : has no name"),
        (CollectionField(name: "content", kind: .string), "field content: content is reserved; choose another name"),
        (
            CollectionField(name: "_memoir.tenant", kind: .string),
            "field _memoir.tenant: _memoir is reserved; choose another name"
        ),
        (
            CollectionField(name: "amount", kind: .number, index: .keyword),
            "field amount: is declared number, which cannot be indexed as keyword; choose one of float"
        ),
        (
            CollectionField(name: "address", kind: .object, index: .keyword),
            "field address: an object cannot be indexed as keyword; declare the fields inside it, as in address.id"
        ),
    ])
    func refusesFieldsThatCannotBe(field: CollectionField, reason: String) {
        #expect(throws: InvalidCollection("invoices", reason)) {
            try CollectionDefinition(name: "invoices", fields: [field])
        }
    }

    @Test func fieldsAreDistinctAndBounded() throws {
        let field = CollectionField(name: "a", kind: .string)
        #expect(throws: InvalidCollection("x", "declares the field a twice")) {
            try CollectionDefinition(name: "x", fields: [field, field])
        }
        let many = (0...256).map { CollectionField(name: "f\($0)", kind: .string) }
        #expect(throws: InvalidCollection.self) { try CollectionDefinition(name: "x", fields: many) }
        let definition = try CollectionDefinition(name: "x", fields: many.dropLast())
        #expect(definition.field(named: "f255".field) == many[255])
        #expect(definition.field(named: "f256".field) == nil)
    }
}
