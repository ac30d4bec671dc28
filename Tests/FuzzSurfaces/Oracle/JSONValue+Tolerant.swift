import JSON

extension JSONValue {
    /// Any JSON, also with numbers beyond a `Double`, which are infinite here: the server passes them on unread.
    init(tolerant bytes: ArraySlice<UInt8>) throws(JSONError) {
        var scanner = JSONScanner(bytes)
        self = try Self.value(from: &scanner)
        try scanner.finish()
    }

    private static func value(from scanner: inout JSONScanner) throws(JSONError) -> JSONValue {
        switch try scanner.nextKind() {
        case .object:
            var members: [Member] = []
            try scanner.beginObject()
            while let name = try scanner.nextName() { members.append(Member(name.string, try value(from: &scanner))) }
            return .object(members)
        case .array:
            var elements: [JSONValue] = []
            try scanner.beginArray()
            while try scanner.nextElement() { elements.append(try value(from: &scanner)) }
            return .array(elements)
        case .number:
            let digits = scanner.bytes[try scanner.readNumber()]
            return (try? JSONValue(parsing: digits)) ?? .double(.infinity)
        default: return try JSONValue(from: &scanner)
        }
    }
}
