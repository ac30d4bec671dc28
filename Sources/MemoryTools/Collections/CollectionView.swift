internal import JSON
internal import Memory

/// A collection as callers are told of it.
struct CollectionView {
    let definition: CollectionDefinition
    /// Of all tenants; nil where nobody said.
    let points: Int?

    /// The members of an object.
    func writeMembers(to writer: inout JSONWriter) {
        writer.name("name")
        writer.string(definition.name)
        writer.name("description")
        writer.string(definition.description)
        writer.name("points")
        writer.integer(orNull: points)
        writer.name("fields")
        writer.beginArray()
        for field in definition.fields {
            writer.beginObject()
            writer.name("name")
            writer.string(field.name)
            writer.name("type")
            writer.string(field.kind.rawValue)
            writer.name("indexed")
            writer.bool(field.index != nil)
            writer.endObject()
        }
        writer.endArray()
    }

    /// Filters that fit the declared fields, at most three of them; nil where none is declared.
    var exampleOfFilters: JSONValue? {
        let members = definition.fields.compactMap { field -> JSONValue.Member? in
            Self.example(of: field.kind).map { JSONValue.Member(field.name, $0) }
        }
        return members.isEmpty ? nil : .object(Array(members.prefix(3)))
    }

    private static func example(of kind: CollectionField.Kind) -> JSONValue? {
        switch kind {
        case .string: .array([.string("this"), .string("or that")])
        case .integer, .number: .object([.init("gte", .integer(100)), .init("lt", .integer(500))])
        case .boolean: .bool(false)
        case .datetime: .object([.init("gte", .string("2026-01-01T00:00:00Z"))])
        case .object, .array: nil
        }
    }
}
