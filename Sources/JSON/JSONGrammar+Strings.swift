extension JSONGrammar {
    /// The string whose opening quote stands at `start`: the offset past its closing quote. Its UTF-8 and escapes are
    /// valid when this returns.
    static func endOfString(
        _ text: Span<UInt8>,
        from start: Int
    ) throws(JSONError) -> (offset: Int, hasEscapes: Bool) {
        var at = start + 1
        var hasEscapes = false
        while true {
            at = endOfPlainASCII(text, from: at)
            switch try byte(text, at) {
            case UInt8(ascii: "\""): return (at + 1, hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                at = try endOfEscape(text, from: at)
            case 0x80...: repeat { at = try endOfSequence(text, from: at) } while at < text.count && text[at] >= 0x80
            default: throw JSONError(.controlCharacterInString, at: at)
            }
        }
    }

    /// Past the bytes that a string may hold as they are and that need no further look: eight at a time.
    static func endOfPlainASCII(_ text: Span<UInt8>, from start: Int) -> Int {
        var at = start
        let bytes = text.bytes
        while at + 8 <= text.count {
            let word = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self))
            let special = EightBytes.needingEscape(word) | word & EightBytes.highBits
            if special != 0 { return at + special.trailingZeroBitCount / 8 }
            at += 8
        }
        while at < text.count {
            let byte = text[at]
            if byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return at }
            at += 1
        }
        return at
    }

    /// The escape sequence, or the pair of them that makes one character, whose backslash stands at `start`.
    private static func endOfEscape(_ text: Span<UInt8>, from start: Int) throws(JSONError) -> Int {
        switch try byte(text, start + 1) {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return start + 2
        case UInt8(ascii: "u"):
            let unit = try codeUnit(text, at: start + 2)
            guard (0xD800...0xDFFF).contains(unit) else { return start + 6 }
            guard unit < 0xDC00, start + 7 < text.count, text[start + 6] == UInt8(ascii: "\\"),
                text[start + 7] == UInt8(ascii: "u"), (0xDC00...0xDFFF).contains(try codeUnit(text, at: start + 8))
            else { throw JSONError(.loneSurrogate, at: start) }
            return start + 12
        default: throw JSONError(.invalidEscape, at: start)
        }
    }

    /// Four hexadecimal digits.
    static func codeUnit(_ text: Span<UInt8>, at start: Int) throws(JSONError) -> UInt32 {
        var unit: UInt32 = 0
        for at in start..<start + 4 {
            let digit = try byte(text, at)
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt32(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): unit = unit << 4 | UInt32(digit - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): unit = unit << 4 | UInt32(digit - UInt8(ascii: "A") + 10)
            default: throw JSONError(.invalidEscape, at: at)
            }
        }
        return unit
    }

    /// One character of two to four bytes (Unicode 15, table 3-7: no overlong forms, no surrogates, no more than
    /// U+10FFFF).
    private static func endOfSequence(_ text: Span<UInt8>, from start: Int) throws(JSONError) -> Int {
        let length: Int
        let second: ClosedRange<UInt8>
        switch text[start] {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw JSONError(.invalidUTF8, at: start)
        }
        guard start + length <= text.count, second.contains(text[start + 1]) else {
            throw JSONError(.invalidUTF8, at: start)
        }
        for at in start + 2..<start + max(length, 2) where text[at] & 0xC0 != 0x80 {
            throw JSONError(.invalidUTF8, at: start)
        }
        return start + length
    }
}
