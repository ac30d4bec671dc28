/// Reads an array as the database writes it: `{1,NULL,"a \"b\""}`, `{{1,2},{3,4}}`, `[0:2]={7,8,9}`.
///
/// PostgreSQL's documentation, "Array Input and Output Syntax", as far as output goes.
struct ArrayTextReader {
    enum Token: Equatable {
        case open, close, null
        /// Where the element stands, without its quotes.
        case element(Range<Int>, hasEscapes: Bool)
    }

    /// PostgreSQL's own bound.
    static let maximumDepth = 6

    let text: UnsafeRawBufferPointer
    private var at = 0
    private var depth = 0
    private var isFirst = true
    private var hasEnded = false

    init(_ text: UnsafeRawBufferPointer) throws(ValueFault) {
        self.text = text
        guard text.first == UInt8(ascii: "[") else { return }
        // Bounds such as [0:2][-1:3], which JSON has no place for.
        guard let equals = text.firstIndex(of: UInt8(ascii: "=")), text[..<equals].allSatisfy(Self.isBoundByte) else {
            throw .malformed("an array")
        }
        at = equals + 1
    }

    /// Nil past the end, which is the end of the text too.
    mutating func next() throws(ValueFault) -> Token? {
        if hasEnded {
            guard at == text.count else { throw .malformed("an array") }
            return nil
        }
        let byte = try current()
        if depth == 0 {
            guard byte == UInt8(ascii: "{") else { throw .malformed("an array") }
            return try open()
        }
        if byte == UInt8(ascii: "}") { return close() }
        if !isFirst {
            guard byte == UInt8(ascii: ",") else { throw .malformed("an array") }
            at += 1
        }
        isFirst = false
        switch try current() {
        case UInt8(ascii: "{"): return try open()
        case UInt8(ascii: "\""): return try readQuoted()
        default: return try readPlain()
        }
    }

    /// Copies an element without its backslashes.
    static func unescape(_ element: UnsafeRawBufferPointer, into output: inout [UInt8]) {
        output.removeAll(keepingCapacity: true)
        var isEscaped = false
        for byte in element {
            if byte == UInt8(ascii: "\\"), !isEscaped {
                isEscaped = true
            } else {
                output.append(byte)
                isEscaped = false
            }
        }
    }

    private mutating func open() throws(ValueFault) -> Token {
        guard depth < Self.maximumDepth else { throw .deepArray }
        depth += 1
        at += 1
        isFirst = true
        return .open
    }

    private mutating func close() -> Token {
        depth -= 1
        at += 1
        isFirst = false
        hasEnded = depth == 0
        return .close
    }

    private mutating func readQuoted() throws(ValueFault) -> Token {
        at += 1
        let start = at
        var hasEscapes = false
        while true {
            switch try current() {
            case UInt8(ascii: "\""):
                at += 1
                return .element(start..<at - 1, hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                at += 2
            default: at += 1
            }
        }
    }

    private mutating func readPlain() throws(ValueFault) -> Token {
        let start = at
        scan: while true {
            switch try current() {
            case UInt8(ascii: ","), UInt8(ascii: "}"): break scan
            // Whatever holds one of these is quoted.
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "{"): throw .malformed("an array")
            default: at += 1
            }
        }
        guard at > start else { throw .malformed("an array") }
        return text[start..<at].elementsEqual("NULL".utf8) ? .null : .element(start..<at, hasEscapes: false)
    }

    private func current() throws(ValueFault) -> UInt8 {
        guard at < text.count else { throw .malformed("an array") }
        return text[at]
    }

    private static func isBoundByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ":"),
            UInt8(ascii: "-"), UInt8(ascii: "+"):
            true
        default: false
        }
    }
}
