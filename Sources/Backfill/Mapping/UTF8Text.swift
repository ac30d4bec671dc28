/// Whether bytes are UTF-8. A database whose own encoding is SQL_ASCII hands out whatever was put into it.
enum UTF8Text {
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    static func isValid(_ text: UnsafeRawBufferPointer) -> Bool {
        isASCII(text) || (try? UTF8Span(validating: text.assumingMemoryBound(to: UInt8.self).span)) != nil
    }

    private static func isASCII(_ text: UnsafeRawBufferPointer) -> Bool {
        var at = 0
        while at + 8 <= text.count {
            if text.loadUnaligned(fromByteOffset: at, as: UInt64.self) & highBits != 0 { return false }
            at += 8
        }
        while at < text.count {
            if text[at] >= 0x80 { return false }
            at += 1
        }
        return true
    }
}
