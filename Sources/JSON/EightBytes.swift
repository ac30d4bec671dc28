/// Looks at eight bytes at once in one machine word.
enum EightBytes {
    static let highBits: UInt64 = 0x8080_8080_8080_8080
    private static let ones: UInt64 = 0x0101_0101_0101_0101

    /// The high bit of each byte that JSON does not take as it is inside a string: below 0x20, a quote, a backslash.
    /// Exact for the lowest such byte, which is all that its callers use: borrows may mark bytes above it too.
    static func needingEscape(_ word: UInt64) -> UInt64 {
        let quote = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
        let control = (word &- ones &* 0x20) & ~word
        return (control | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)) & highBits
    }
}

extension EightBytes {
    /// Where the first byte stands that a JSON string must escape; the end where there is none.
    static func endOfPlain(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
        var at = text.startIndex
        let bytes = UnsafeRawBufferPointer(text.base)
        while at + 8 <= text.endIndex {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            let special = needingEscape(word)
            if special != 0 { return at + special.trailingZeroBitCount / 8 }
            at += 8
        }
        while at < text.endIndex, text[at] >= 0x20, text[at] != UInt8(ascii: "\""), text[at] != UInt8(ascii: "\\") {
            at += 1
        }
        return at
    }
}
