/// A string where it stands in the document, already checked: its UTF-8 and its escapes are valid.
package struct JSONString: Sendable {
    /// Between the quotes, escapes and all.
    package let raw: ArraySlice<UInt8>
    package let hasEscapes: Bool

    init(raw: ArraySlice<UInt8>, hasEscapes: Bool) {
        self.raw = raw
        self.hasEscapes = hasEscapes
    }

    /// The characters as UTF-8: the document's own bytes where nothing is escaped, a copy otherwise.
    package var bytes: ArraySlice<UInt8> {
        hasEscapes ? unescaped()[...] : raw
    }

    package var string: String { String(decoding: bytes, as: UTF8.self) }

    /// Of a byte an escape makes six at most, so that a long string is told apart without a copy.
    private static let longestEscape = 6

    package static func == (string: JSONString, text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard string.raw.count >= count, string.raw.count <= count * longestEscape else { return false }
        let bytes = string.bytes
        guard bytes.count == count else { return false }
        return text.withUTF8Buffer { bytes.elementsEqual($0) }
    }

    private func unescaped() -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(raw.count)
        var rest = raw
        while let backslash = rest.firstIndex(of: UInt8(ascii: "\\")) {
            result.append(contentsOf: rest[..<backslash])
            rest = rest[(backslash + 1)...]
            let escape = rest.removeFirst()
            if escape == UInt8(ascii: "u") {
                Self.appendScalar(&rest, to: &result)
            } else {
                result.append(Self.character(escape))
            }
        }
        result.append(contentsOf: rest)
        return result
    }

    private static func character(_ escape: UInt8) -> UInt8 {
        switch escape {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: escape
        }
    }

    /// `rest` begins with the four digits behind `\u`; a pair of surrogates takes the second escape with it.
    private static func appendScalar(_ rest: inout ArraySlice<UInt8>, to result: inout [UInt8]) {
        var value = removeCodeUnit(&rest)
        if (0xD800...0xDBFF).contains(value) {
            rest = rest.dropFirst(2)
            value = 0x10000 + ((value - 0xD800) << 10) + (removeCodeUnit(&rest) - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { preconditionFailure("surrogate \(value) in a checked string") }
        result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    private static func removeCodeUnit(_ rest: inout ArraySlice<UInt8>) -> UInt32 {
        let digits = rest.prefix(4)
        rest = rest.dropFirst(4)
        return digits.reduce(0) { value, digit in
            value << 4 | UInt32(digit <= UInt8(ascii: "9") ? digit & 0xF : (digit & 0x7) + 9)
        }
    }
}
