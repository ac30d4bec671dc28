/// What a vector is kept under: SHA-256 of the model, the dimensions and the exact text. Made by `EmbeddingKeys`.
package struct EmbeddingKey: Sendable, Hashable {
    /// In the order of the digest's bytes, each big-endian.
    let words: (UInt64, UInt64, UInt64, UInt64)

    /// 64 lower-case hexadecimal digits.
    package func append(to output: inout [UInt8]) {
        Self.append(words.0, to: &output)
        Self.append(words.1, to: &output)
        Self.append(words.2, to: &output)
        Self.append(words.3, to: &output)
    }

    private static func append(_ word: UInt64, to output: inout [UInt8]) {
        for shift in stride(from: 60, through: 0, by: -4) {
            let nibble = UInt8(truncatingIfNeeded: word >> UInt64(shift)) & 0xF
            output.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
        }
    }

    package static func == (left: EmbeddingKey, right: EmbeddingKey) -> Bool { left.words == right.words }

    package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
