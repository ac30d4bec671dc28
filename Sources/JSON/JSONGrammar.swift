/// RFC 8259 as pure functions: each takes the text and an offset into it, and returns the offset past what it read.
enum JSONGrammar {
    static func endOfWhitespace(_ text: Span<UInt8>, from start: Int) -> Int {
        var at = start
        while at < text.count {
            switch text[at] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): at += 1
            default: return at
            }
        }
        return at
    }

    /// The value that begins at `start`, whatever it holds. Iterative: the nesting is a bit set, not the call stack.
    static func endOfValue(_ text: Span<UInt8>, from start: Int, depth: Int) throws(JSONError) -> Int {
        var nesting = JSONNesting(outside: depth)
        var at = start
        while true {
            let first = try byte(text, at)
            if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
                let isObject = first == UInt8(ascii: "{")
                try nesting.open(isObject: isObject, at: at)
                at = endOfWhitespace(text, from: at + 1)
                if try byte(text, at) != nesting.closingByte {
                    if isObject { at = try endOfName(text, from: at) }
                    continue
                }
            } else {
                at = try endOfScalar(text, from: at, first: first)
            }
            guard let next = try nextValue(text, from: at, &nesting) else { return at }
            switch next {
            case .value(let offset): at = offset
            case .end(let offset): return offset
            }
        }
    }

    private enum Continuation {
        case value(Int)
        case end(Int)
    }

    /// Past the end of a value: closes what closes here, and finds the next value of the innermost open container.
    /// Nil where the value stood in no container.
    private static func nextValue(
        _ text: Span<UInt8>,
        from start: Int,
        _ nesting: inout JSONNesting
    ) throws(JSONError) -> Continuation? {
        guard !nesting.isEmpty else { return nil }
        var at = start
        while !nesting.isEmpty {
            at = endOfWhitespace(text, from: at)
            let found = try byte(text, at)
            if found == UInt8(ascii: ",") {
                at = endOfWhitespace(text, from: at + 1)
                return .value(nesting.isObject ? try endOfName(text, from: at) : at)
            }
            guard found == nesting.closingByte else {
                throw JSONError(.unexpected(found, wanted: nesting.isObject ? "',' or '}'" : "',' or ']'"), at: at)
            }
            nesting.close()
            at += 1
        }
        return .end(at)
    }

    /// `"name" :` and the whitespace behind it.
    private static func endOfName(_ text: Span<UInt8>, from start: Int) throws(JSONError) -> Int {
        try expect(UInt8(ascii: "\""), "a name in quotes", text, start)
        return try endOfColon(text, from: try endOfString(text, from: start).offset)
    }

    static func endOfColon(_ text: Span<UInt8>, from start: Int) throws(JSONError) -> Int {
        let at = endOfWhitespace(text, from: start)
        try expect(UInt8(ascii: ":"), "':'", text, at)
        return endOfWhitespace(text, from: at + 1)
    }

    private static func endOfScalar(_ text: Span<UInt8>, from start: Int, first: UInt8) throws(JSONError) -> Int {
        switch first {
        case UInt8(ascii: "\""): return try endOfString(text, from: start).offset
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return try JSONNumber(text, from: start).end
        case UInt8(ascii: "t"): return try endOfLiteral("true", text, from: start)
        case UInt8(ascii: "f"): return try endOfLiteral("false", text, from: start)
        case UInt8(ascii: "n"): return try endOfLiteral("null", text, from: start)
        default: throw JSONError(.unexpected(first, wanted: "a value"), at: start)
        }
    }

    static func endOfLiteral(
        _ literal: StaticString,
        _ text: Span<UInt8>,
        from start: Int
    ) throws(JSONError) -> Int {
        for index in 0..<literal.utf8CodeUnitCount {
            try expect(literal.utf8Start[index], "'\(literal)'", text, start + index)
        }
        return start + literal.utf8CodeUnitCount
    }

    static func byte(_ text: Span<UInt8>, _ at: Int) throws(JSONError) -> UInt8 {
        guard at < text.count else { throw JSONError(.unexpectedEnd, at: text.count) }
        return text[at]
    }

    static func expect(
        _ wanted: UInt8,
        _ name: @autoclosure () -> String,
        _ text: Span<UInt8>,
        _ at: Int
    ) throws(JSONError) {
        let found = try byte(text, at)
        guard found == wanted else { throw JSONError(.unexpected(found, wanted: name()), at: at) }
    }
}
