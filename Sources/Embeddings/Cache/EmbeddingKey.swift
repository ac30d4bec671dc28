/// What a vector is kept under: SHA-256 of the model, the dimensions and the exact text. Made by `EmbeddingKeys`.
package struct EmbeddingKey: Sendable, Hashable {
    /// In the order of the digest's bytes, each big-endian.
    let words: (UInt64, UInt64, UInt64, UInt64)

    /// 64 lower-case hexadecimal digits.
    package func append(to output: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { digits in
            Self.write(words.0, to: digits, at: 0)
            Self.write(words.1, to: digits, at: 16)
            Self.write(words.2, to: digits, at: 32)
            Self.write(words.3, to: digits, at: 48)
            output.append(contentsOf: UnsafeBufferPointer(digits))
        }
    }

    private static func write(_ word: UInt64, to digits: UnsafeMutableBufferPointer<UInt8>, at start: Int) {
        var rest = word
        for place in stride(from: start + 15, through: start, by: -1) {
            let nibble = UInt8(truncatingIfNeeded: rest & 0xF)
            digits[place] = nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
            rest >>= 4
        }
    }

    package static func == (left: EmbeddingKey, right: EmbeddingKey) -> Bool { left.words == right.words }

    package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
