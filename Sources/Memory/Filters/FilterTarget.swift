import JSON

/// The path that a condition of the simple form is about.
struct FilterTarget {
    private let name: ArraySlice<UInt8>
    /// As the caller wrote it, quotes and escapes and all.
    private let text: ArraySlice<UInt8>
    private let field: CollectionField?
    private let collection: CollectionDefinition

    /// - Parameters:
    ///   - path: what the name says.
    ///   - document: where the name stands.
    init(
        path: ArraySlice<UInt8>,
        name: JSONString,
        in document: ArraySlice<UInt8>,
        field: CollectionField?,
        collection: CollectionDefinition
    ) {
        self.name = path
        text = document[name.raw.startIndex - 1..<name.raw.endIndex + 1]
        self.field = field
        self.collection = collection
    }

    /// For error messages.
    var path: String { "\(Excerpt(name))" }

    /// Whether values that are written differently may be equal: 1 and 1.0, or one moment in two time zones.
    var comparesByValue: Bool { field?.kind == .number || field?.kind == .datetime }

    func writeKey(to writer: inout JSONWriter) {
        writer.name("key")
        writer.raw(text)
    }

    /// Why the path cannot hold such a value, or nil: a filter that could never match is a mistake to be told of.
    func fault(_ found: CollectionField.Found) -> String? {
        guard let field else { return nil }
        switch (field.kind, found) {
        // The declaration does not say what an array holds, and 3.0 is a whole number to whoever compares.
        case (.array, _), (.integer, .fraction): return nil
        case (.object, .null): return nil
        case (.object, _):
            return "is declared an object by the collection \(collection.name); filter on a field inside it, as in "
                + "\(path).name"
        default: return field.fault(found, in: collection)
        }
    }
}
