extension JSONValue {
    /// The whole document; anything but whitespace behind it is an error.
    package init(parsing bytes: ArraySlice<UInt8>) throws(JSONError) {
        var scanner = JSONScanner(bytes)
        self = try JSONValue(from: &scanner)
        try scanner.finish()
    }

    package init(parsing bytes: [UInt8]) throws(JSONError) {
        try self.init(parsing: bytes[...])
    }

    /// The scanner's next value. Recursive, to the depth that the scanner allows.
    package init(from scanner: inout JSONScanner) throws(JSONError) {
        switch try scanner.nextKind() {
        case .object:
            var members: [Member] = []
            try scanner.beginObject()
            while let name = try scanner.nextName() {
                members.append(Member(name.string, try JSONValue(from: &scanner)))
            }
            self = .object(members)
        case .array:
            var elements: [JSONValue] = []
            try scanner.beginArray()
            while try scanner.nextElement() {
                elements.append(try JSONValue(from: &scanner))
            }
            self = .array(elements)
        case .string: self = .string(try scanner.readString().string)
        case .number: self = try Self.number(from: &scanner)
        case .bool: self = .bool(try scanner.readBool())
        case .null:
            _ = try scanner.readNull()
            self = .null
        }
    }

    private static func number(from scanner: inout JSONScanner) throws(JSONError) -> JSONValue {
        var ahead = scanner
        if let value = try? ahead.readInteger() {
            scanner = ahead
            return .integer(value)
        }
        return .double(try scanner.readDouble())
    }
}
