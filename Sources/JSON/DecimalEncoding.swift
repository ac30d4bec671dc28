extension [UInt8] {
    /// Appends the digits of `value`; with `decimals`, a point stands before that many of the last ones, and at least one
    /// digit before the point.
    package mutating func appendDecimal(_ value: UInt64, decimals: Int = 0) {
        // Twenty digits hold every UInt64; a point, and zeros as far as `decimals` asks for them.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24 + decimals) { buffer in
            var position = buffer.count
            var rest = value
            var written = 0
            repeat {
                if written == decimals && written > 0 {
                    position -= 1
                    buffer[position] = UInt8(ascii: ".")
                }
                position -= 1
                buffer[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
                written += 1
            } while rest > 0 || written <= decimals && decimals > 0
            append(contentsOf: UnsafeBufferPointer(rebasing: buffer[position...]))
        }
    }
}
