/// Numbers as W3C trace context and OTLP's JSON write them: all digits, letters in lower case.
enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Nil where a character is none of the sixteen, capitals included. At most sixteen of them.
    static func value(_ text: some Collection<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for byte in text {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }

    /// Appends all sixteen digits.
    static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: 60, through: 0, by: -4) {
            bytes.append(digits[Int(value >> UInt64(shift) & 0xF)])
        }
    }
}
