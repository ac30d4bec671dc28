extension [UInt8] {
    /// Appends the text as a JSON string, quotes included.
    ///
    /// - Parameter text: valid UTF-8.
    package mutating func appendJSONString(_ text: ArraySlice<UInt8>) {
        text.withUnsafeBufferPointer { appendJSONString($0) }
    }

    /// - Parameter text: valid UTF-8.
    package mutating func appendJSONString(_ text: UnsafeBufferPointer<UInt8>) {
        append(UInt8(ascii: "\""))
        appendEscaped(text)
        append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        var rest = text[...]
        while true {
            let end = EightBytes.endOfPlain(rest)
            append(contentsOf: rest[..<end])
            guard end < rest.endIndex else { return }
            appendEscape(rest[end])
            rest = rest[(end + 1)...]
        }
    }

    private mutating func appendEscape(_ byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
        case 0x08: append(UInt8(ascii: "b"))
        case 0x09: append(UInt8(ascii: "t"))
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0C: append(UInt8(ascii: "f"))
        case 0x0D: append(UInt8(ascii: "r"))
        default:
            append(contentsOf: "u00".utf8)
            for digit in [byte >> 4, byte & 0xF] {
                append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        }
    }
}
