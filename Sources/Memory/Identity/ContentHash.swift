import Crypto

/// SHA-256 of a memory's text, byte for byte: equal hashes are equal texts.
package struct ContentHash: Sendable, Hashable, CustomStringConvertible {
    /// In the order of the digest's bytes, each big-endian.
    let words: (UInt64, UInt64, UInt64, UInt64)

    package init(of content: ArraySlice<UInt8>) {
        var hasher = SHA256()
        content.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        words = hasher.finalize().withUnsafeBytes { digest in
            func word(_ index: Int) -> UInt64 {
                UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
            }
            return (word(0), word(1), word(2), word(3))
        }
    }

    /// 64 lower-case hexadecimal digits.
    package func append(to output: inout [UInt8]) {
        Hexadecimal.append(words.0, to: &output)
        Hexadecimal.append(words.1, to: &output)
        Hexadecimal.append(words.2, to: &output)
        Hexadecimal.append(words.3, to: &output)
    }

    package var description: String {
        var digits: [UInt8] = []
        append(to: &digits)
        return String(decoding: digits, as: UTF8.self)
    }

    package static func == (left: ContentHash, right: ContentHash) -> Bool { left.words == right.words }

    package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
