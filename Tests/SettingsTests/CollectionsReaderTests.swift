import Testing

@testable import Settings

@Suite struct CollectionsReaderTests {
    private func read(_ yaml: String) throws -> (collections: [CollectionSettings], problems: [String]) {
        var reader = CollectionsReader(path: "collections.yaml")
        let collections = reader.read(try YAMLNode(yaml: yaml))
        return (collections, reader.problems.map(\.description))
    }

    @Test func readsCollectionsInTheirOrder() throws {
        let (collections, problems) = try read(
            """
            collections:
              b: {description: Second letter, distance: dot, fields: {n: {type: integer, filter: float}, "v.id": {type: string}}}
              a:
            """
        )
        #expect(problems == [])
        var first = CollectionSettings(name: "b")
        first.description = "Second letter"
        first.distance = .dot
        first.fields = [
            CollectionFieldSettings(name: "n", kind: .integer, filter: .float),
            CollectionFieldSettings(name: "v.id", kind: .string),
        ]
        #expect(collections == [first, CollectionSettings(name: "a")])
    }

    @Test(arguments: [
        ("a: 1", "a (from collections.yaml:1): there is no such key; everything stands below collections"),
        ("collections: [a]", "collections (from collections.yaml:1): expected a mapping of names to values"),
        (
            "collections: {a: {fields: {f: {type: strin}}}}",
            "collections.a.fields.f.type (“strin” from collections.yaml:1): expected one of string, integer, number, "
                + "boolean, datetime, object, array"
        ),
        (
            "collections:\n  a:\n    fields:\n      f: {filter: text}",
            "collections.a.fields.f (from collections.yaml:4): has no type; expected one of string, integer, number, "
                + "boolean, datetime, object, array"
        ),
        (
            "collections: {a: {fields: {f: {type: number, filter: integer}}}}",
            "collections.a.fields.f (from collections.yaml:1): a field of type number has no filter integer; choose float"
        ),
        (
            "collections: {a: {fields: {content: {type: string}}}}",
            "collections.a.fields.content (from collections.yaml:1): content is written by Memoir itself; choose "
                + "another name"
        ),
        (
            "collections: {a: {distanse: dot}}",
            "collections.a.distanse (from collections.yaml:1): there is no such key; did you mean distance?"
        ),
        (
            "collections: {a/b: }",
            "collections.a/b (from collections.yaml:1): a name is 1 to 255 letters, digits, _, - and ."
        ),
    ])
    func problems(yaml: String, problem: String) throws {
        #expect(try read(yaml).problems == [problem])
    }
}
