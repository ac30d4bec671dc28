/// Names a span of a trace: eight bytes, never all zero.
package struct SpanID: Sendable, Hashable, CustomStringConvertible {
    let value: UInt64

    /// Nil for zero, which W3C trace context calls invalid.
    package init?(_ value: UInt64) {
        guard value != 0 else { return nil }
        self.value = value
    }

    private init(random value: UInt64) {
        self.value = value
    }

    package static func random() -> SpanID {
        SpanID(random: .random(in: 1 ... .max))
    }

    func append(to bytes: inout [UInt8]) {
        Hexadecimal.append(value, to: &bytes)
    }

    /// 16 hexadecimal digits.
    package var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
