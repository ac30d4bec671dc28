internal import JSON

/// The primary key of one row: its columns' values as PostgreSQL writes them.
package struct RowKey: Sendable, Hashable {
    /// What the source of a memory begins with that was made from a row.
    static let scheme = "postgres:"

    /// At least one.
    package let values: [String]

    package static func == (left: RowKey, right: RowKey) -> Bool {
        left.values.elementsEqual(right.values) { ExactText($0) == ExactText($1) }
    }

    package func hash(into hasher: inout Hasher) {
        for value in values { hasher.combine(ExactText(value)) }
    }

    package init(_ values: [String]) {
        precondition(!values.isEmpty, "a row without a primary key")
        self.values = values
    }

    /// From `["1234"]`; nil for anything else.
    package init?(json text: some StringProtocol) {
        guard case .array(let elements)? = try? JSONValue(parsing: Array(text.utf8)) else { return nil }
        var values: [String] = []
        for element in elements {
            guard case .string(let value) = element else { return nil }
            values.append(value)
        }
        guard !values.isEmpty else { return nil }
        self.values = values
    }

    /// From the `source` of a memory or a job, `postgres:["1234"]`; nil where it was not made from a row.
    package init?(source: String) {
        guard source.hasPrefix(Self.scheme) else { return nil }
        self.init(json: source.dropFirst(Self.scheme.count))
    }

    /// A JSON array of texts: `["1234"]`.
    package var json: String {
        var writer = JSONWriter()
        writer.beginArray()
        for value in values { writer.string(value) }
        writer.endArray()
        return String(decoding: writer.finish(), as: UTF8.self)
    }

    /// `postgres:["1234"]`
    package var source: String { Self.scheme + json }
}
