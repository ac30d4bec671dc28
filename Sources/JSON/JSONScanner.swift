/// Reads JSON where it stands, value by value: no tree, and nothing allocated for a value.
///
/// Strict RFC 8259, and a little more: strings must be valid UTF-8 without lone surrogates, and containers nest at
/// most `maximumDepth` deep. Names that occur twice in an object are handed out twice: what that means is for the
/// caller to say. A pull reads one thing:
///
///     try scanner.beginObject()
///     while let name = try scanner.nextName() {
///         if name == "index" { index = try scanner.readInteger() } else { try scanner.skipValue() }
///     }
///     try scanner.finish()
package struct JSONScanner: Sendable {
    package enum Kind: Sendable {
        case object, array, string, number, bool, null
    }

    package static let maximumDepth = 64

    /// The document. Ranges that the scanner returns are indices of it.
    package let bytes: ArraySlice<UInt8>
    /// Bytes read so far.
    package private(set) var offset = 0
    private var depth = 0
    /// Whether a container was just opened, so that no comma stands before its next item.
    private var isFirst = false

    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes[...]
    }

    /// What the next value is, told by its first byte; reading it may still fail.
    package mutating func nextKind() throws(JSONError) -> Kind {
        skipWhitespace()
        let first = try JSONGrammar.byte(bytes.span, offset)
        switch first {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        default: throw JSONError(.unexpected(first, wanted: "a value"), at: offset)
        }
    }

    /// Checks the next value through and through, and returns where in `bytes` it stands.
    @discardableResult
    package mutating func skipValue() throws(JSONError) -> Range<Int> {
        skipWhitespace()
        let start = offset
        offset = try JSONGrammar.endOfValue(bytes.span, from: start, depth: depth)
        return range(from: start)
    }

    package mutating func beginObject() throws(JSONError) {
        try open(UInt8(ascii: "{"), "an object")
    }

    /// The next member's name, its value being next to read; nil past the last one, and then the object is closed.
    package mutating func nextName() throws(JSONError) -> JSONString? {
        guard try hasNext(closing: UInt8(ascii: "}"), wanted: "',' or '}'") else { return nil }
        try JSONGrammar.expect(UInt8(ascii: "\""), "a name in quotes", bytes.span, offset)
        let name = try readString()
        offset = try JSONGrammar.endOfColon(bytes.span, from: offset)
        return name
    }

    package mutating func beginArray() throws(JSONError) {
        try open(UInt8(ascii: "["), "an array")
    }

    /// Whether an element is next to read; false past the last one, and then the array is closed.
    package mutating func nextElement() throws(JSONError) -> Bool {
        try hasNext(closing: UInt8(ascii: "]"), wanted: "',' or ']'")
    }

    package mutating func readString() throws(JSONError) -> JSONString {
        skipWhitespace()
        try JSONGrammar.expect(UInt8(ascii: "\""), "a string", bytes.span, offset)
        let start = offset
        let end = try JSONGrammar.endOfString(bytes.span, from: start)
        offset = end.offset
        let raw = bytes[bytes.startIndex + start + 1..<bytes.startIndex + offset - 1]
        return JSONString(raw: raw, hasEscapes: end.hasEscapes)
    }

    package mutating func readBool() throws(JSONError) -> Bool {
        skipWhitespace()
        let first = try JSONGrammar.byte(bytes.span, offset)
        guard first == UInt8(ascii: "t") || first == UInt8(ascii: "f") else {
            throw JSONError(.unexpected(first, wanted: "true or false"), at: offset)
        }
        let isTrue = first == UInt8(ascii: "t")
        offset = try JSONGrammar.endOfLiteral(isTrue ? "true" : "false", bytes.span, from: offset)
        return isTrue
    }

    /// Reads `null` where it is next, and nothing where it is not.
    package mutating func readNull() throws(JSONError) -> Bool {
        guard try nextKind() == .null else { return false }
        offset = try JSONGrammar.endOfLiteral("null", bytes.span, from: offset)
        return true
    }

    package mutating func readNumber() throws(JSONError) -> Range<Int> {
        let start = try numberStart()
        offset = try JSONNumber(bytes.span, from: start).end
        return range(from: start)
    }

    /// Refuses what has a fraction, an exponent, or no room in an `Int`.
    package mutating func readInteger() throws(JSONError) -> Int {
        let start = try numberStart()
        let number = try JSONNumber(bytes.span, from: start)
        guard let value = number.integer else {
            throw JSONError(number.isInteger ? .numberOutOfRange : .notAnInteger, at: start)
        }
        offset = number.end
        return value
    }

    /// Correctly rounded.
    package mutating func readDouble() throws(JSONError) -> Double {
        let start = try numberStart()
        let number = try JSONNumber(bytes.span, from: start)
        offset = number.end
        if let value = number.exactDouble { return value }
        return try slowDouble(from: start)
    }

    /// For a component of a vector. A number beyond a `Float` is out of range.
    package mutating func readFloat() throws(JSONError) -> Float {
        let start = try numberStart()
        let number = try JSONNumber(bytes.span, from: start)
        offset = number.end
        if let near = number.nearDouble { return Float(near) }
        let value = Float(try slowDouble(from: start))
        guard value.isFinite else { throw JSONError(.numberOutOfRange, at: start) }
        return value
    }

    /// Whether nothing but whitespace is left.
    package mutating func finish() throws(JSONError) {
        skipWhitespace()
        guard offset == bytes.count else { throw JSONError(.trailingBytes, at: offset) }
    }

    private mutating func open(_ bracket: UInt8, _ name: String) throws(JSONError) {
        skipWhitespace()
        try JSONGrammar.expect(bracket, name, bytes.span, offset)
        guard depth < Self.maximumDepth else { throw JSONError(.tooDeep, at: offset) }
        depth += 1
        offset += 1
        isFirst = true
    }

    private mutating func hasNext(closing: UInt8, wanted: StaticString) throws(JSONError) -> Bool {
        skipWhitespace()
        let found = try JSONGrammar.byte(bytes.span, offset)
        let wasFirst = isFirst
        isFirst = false
        if found == closing {
            depth -= 1
            offset += 1
            return false
        }
        guard !wasFirst else { return true }
        guard found == UInt8(ascii: ",") else {
            throw JSONError(.unexpected(found, wanted: "\(wanted)"), at: offset)
        }
        offset += 1
        skipWhitespace()
        return true
    }

    private mutating func numberStart() throws(JSONError) -> Int {
        guard try nextKind() == .number else {
            throw JSONError(.unexpected(bytes[bytes.startIndex + offset], wanted: "a number"), at: offset)
        }
        return offset
    }

    private func slowDouble(from start: Int) throws(JSONError) -> Double {
        guard let value = Double(String(decoding: bytes[range(from: start)], as: UTF8.self)), value.isFinite else {
            throw JSONError(.numberOutOfRange, at: start)
        }
        return value
    }

    private mutating func skipWhitespace() {
        offset = JSONGrammar.endOfWhitespace(bytes.span, from: offset)
    }

    private func range(from start: Int) -> Range<Int> {
        bytes.startIndex + start..<bytes.startIndex + offset
    }
}
