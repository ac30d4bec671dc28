/// A text in a header: as it is, or where it has characters that no header may have, `=?base64?…?=`.
enum HeaderValue {
    private static let prefix = "=?base64?"
    private static let suffix = "?="

    /// UTF-8; nil where the Base64 is not what an encoder writes, or not of UTF-8: it then equals no text.
    static func decode(_ value: String) -> [UInt8]? {
        let bytes = Array(value.utf8)
        guard bytes.starts(with: prefix.utf8), bytes.count >= prefix.utf8.count + suffix.utf8.count,
            bytes.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
        else { return bytes }
        let payload = bytes[prefix.utf8.count..<bytes.count - suffix.utf8.count]
        guard let decoded = decodeBase64(payload), String(validating: decoded, as: UTF8.self) != nil else { return nil }
        return decoded
    }

    /// RFC 4648, section 4, canonical: with its padding, and no bits left over that are not zero.
    private static func decodeBase64(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        let padding = text.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var bits: UInt32 = 0
        var count = 0
        for character in text.dropLast(padding) {
            guard let value = value(of: character) else { return nil }
            bits = bits << 6 | value
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
                bits &= 1 << UInt32(count) - 1
            }
        }
        return bits == 0 ? bytes : nil
    }

    private static func value(of character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
