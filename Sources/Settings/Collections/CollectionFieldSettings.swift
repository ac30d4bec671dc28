/// A declared field of a collection's metadata.
package struct CollectionFieldSettings: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case string, integer, number, boolean, datetime, object, array
    }

    /// The payload index that makes filters on the field fast.
    package enum Filter: String, Sendable, CaseIterable {
        case keyword, integer, float, bool, datetime, text, uuid
    }

    package var name: String
    package var kind: Kind
    /// Nil where no filter needs to be fast.
    package var filter: Filter?
    /// For people and agents. Defaults to nothing.
    package var description = ""

    package init(name: String, kind: Kind, filter: Filter? = nil) {
        self.name = name
        self.kind = kind
        self.filter = filter
    }
}

extension CollectionFieldSettings.Kind {
    /// The indexes that hold values of this kind. The elements of an array may be of any.
    var filters: [CollectionFieldSettings.Filter] {
        switch self {
        case .string: [.keyword, .text, .uuid]
        case .integer: [.integer, .float]
        case .number: [.float]
        case .boolean: [.bool]
        case .datetime: [.datetime]
        case .object: []
        case .array: CollectionFieldSettings.Filter.allCases
        }
    }
}
