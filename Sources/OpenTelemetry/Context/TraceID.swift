/// Names a trace: sixteen bytes, never all zero.
package struct TraceID: Sendable, Hashable, CustomStringConvertible {
    let high: UInt64
    let low: UInt64

    /// Nil for all zeros, which W3C trace context calls invalid.
    package init?(high: UInt64, low: UInt64) {
        guard high != 0 || low != 0 else { return nil }
        self.high = high
        self.low = low
    }

    private init(random high: UInt64, _ low: UInt64) {
        self.high = high
        self.low = low
    }

    package static func random() -> TraceID {
        // One half that is not zero is enough, and the low one is what samplers look at.
        TraceID(random: .random(in: 1 ... .max), .random(in: 0 ... .max))
    }

    func append(to bytes: inout [UInt8]) {
        Hexadecimal.append(high, to: &bytes)
        Hexadecimal.append(low, to: &bytes)
    }

    /// 32 hexadecimal digits.
    package var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
