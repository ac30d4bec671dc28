extension CollectionField {
    /// A JSON value as far as a declared type can tell it from another.
    enum Found {
        case string(ArraySlice<UInt8>)
        /// Written without fraction and exponent.
        case integer
        case fraction
        case bool, null, object, array

        /// What the value is, to be read after "is".
        fileprivate var description: String {
            switch self {
            case .string: "a string"
            case .integer: "a number"
            case .fraction: "a number with a fraction or an exponent"
            case .bool: "a boolean"
            case .null: "null"
            case .object: "an object"
            case .array: "an array"
            }
        }
    }

    /// Why the value does not fit the declaration, or nil. Null fits every one.
    func fault(_ found: Found, in collection: CollectionDefinition) -> String? {
        switch (kind, found) {
        case (_, .null), (.string, .string), (.integer, .integer), (.number, .integer), (.number, .fraction),
            (.boolean, .bool), (.object, .object), (.array, .array):
            return nil
        case (.datetime, .string(let text)): return RFC3339.fault(text)
        default:
            return "is \(found.description); the collection \(collection.name) declares \(kind.withArticle)"
        }
    }
}

extension CollectionField.Kind {
    fileprivate var withArticle: String {
        switch self {
        case .integer, .object, .array: "an \(rawValue)"
        case .datetime: "a datetime (an RFC 3339 string)"
        default: "a \(rawValue)"
        }
    }
}
