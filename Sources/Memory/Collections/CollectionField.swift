/// A declared field of a collection's metadata.
///
/// A name with dots is a path into nested objects (`vendor.name`): it is indexed and its filters are checked, but
/// metadata is checked by its top-level names only.
package struct CollectionField: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case string, integer, number, boolean, datetime, object, array
    }

    /// The payload indexes of the store that serve filters on plain values.
    package enum Index: String, Sendable, CaseIterable {
        case keyword, integer, float, bool, datetime, text, uuid
    }

    package let name: String
    package let kind: Kind
    /// Nil where no filter needs to be fast.
    package let index: Index?

    package init(name: String, kind: Kind, index: Index? = nil) {
        self.name = name
        self.kind = kind
        self.index = index
    }

    /// Why the declaration cannot stand, or nil.
    var fault: String? {
        if name.isEmpty { return "has no name" }
        if let reserved = ReservedKey(name.utf8) { return "\(reserved.rawValue) is reserved; choose another name" }
        guard let index, !kind.indexes.contains(index) else { return nil }
        let fitting = kind.indexes.map(\.rawValue).joined(separator: ", ")
        return fitting.isEmpty
            ? "an object cannot be indexed as \(index.rawValue); declare the fields inside it, as in \(name).id"
            : "is declared \(kind.rawValue), which cannot be indexed as \(index.rawValue); choose one of \(fitting)"
    }
}

extension CollectionField.Kind {
    /// The indexes that hold values of this kind. The elements of an array may be of any.
    fileprivate var indexes: [CollectionField.Index] {
        switch self {
        case .string: [.keyword, .text, .uuid]
        case .integer: [.integer, .float]
        case .number: [.float]
        case .boolean: [.bool]
        case .datetime: [.datetime]
        case .object: []
        case .array: CollectionField.Index.allCases
        }
    }
}
