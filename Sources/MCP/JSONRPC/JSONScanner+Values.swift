internal import JSON

extension JSONScanner {
    /// The next value where it is a string; nil where it is something else, which is skipped.
    mutating func string() throws(JSONError) -> JSONString? {
        guard try nextKind() == .string else {
            try skipValue()
            return nil
        }
        return try readString()
    }

    /// The next value as it stands in the document, with what kind it is.
    mutating func value() throws(JSONError) -> (kind: Kind, bytes: ArraySlice<UInt8>) {
        let kind = try nextKind()
        return (kind, bytes[try skipValue()])
    }
}
