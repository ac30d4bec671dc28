/// A JSON document as a tree, for what is small and seldom: filters, configuration, the command line.
package enum JSONValue: Sendable, Equatable {
    package struct Member: Sendable, Equatable {
        package var name: String
        package var value: JSONValue

        package init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    case null
    case bool(Bool)
    case integer(Int)
    /// Also a whole number that does not fit an `Int`.
    case double(Double)
    case string(String)
    case array([JSONValue])
    /// In the order of the document. A name may occur twice.
    case object([Member])

    /// The member of that name (the last one where there are several); nil where there is none, or no object.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }
}
