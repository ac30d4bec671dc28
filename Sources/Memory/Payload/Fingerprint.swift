import Crypto

/// What a memory says, and which model its vector is from: two saves of one point that have the same fingerprint would
/// store the same, the times aside.
///
/// The first half of a SHA-256 over the model, the content's hash, the metadata as it was written, the source and the
/// key. Each part is preceded by its length, so that no two memories give the same bytes. Collection and tenant are the
/// point's own. Another model's vector is another memory: a re-embedding must not be taken for a duplicate.
package struct Fingerprint: Sendable, Hashable {
    /// Stands for the length of a part that is unset, which is not the same as empty.
    private static let unset = UInt64.max
    private static let digits = 32

    private let high: UInt64
    private let low: UInt64

    init(
        model: ArraySlice<UInt8>,
        contentHash: ContentHash,
        metadata: CheckedMetadata,
        source: ArraySlice<UInt8>?,
        key: ArraySlice<UInt8>?
    ) {
        var hasher = SHA256()
        Self.add(model, to: &hasher)
        Self.add(contentHash.words.0, to: &hasher)
        Self.add(contentHash.words.1, to: &hasher)
        Self.add(contentHash.words.2, to: &hasher)
        Self.add(contentHash.words.3, to: &hasher)
        Self.add(metadata.members, to: &hasher)
        Self.add(source, to: &hasher)
        Self.add(key, to: &hasher)
        (high, low) = hasher.finalize().withUnsafeBytes { digest in
            (
                UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }

    /// From what `append` writes; nil for anything else.
    init?(hexadecimal text: ArraySlice<UInt8>) {
        guard text.count == Self.digits else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        for digit in text {
            guard let value = Hexadecimal.value(digit) else { return nil }
            words = (words.0 << 4 | words.1 >> 60, words.1 << 4 | value)
        }
        (high, low) = words
    }

    /// 32 lower-case hexadecimal digits.
    func append(to output: inout [UInt8]) {
        Hexadecimal.append(high, to: &output)
        Hexadecimal.append(low, to: &output)
    }

    private static func add(_ part: ArraySlice<UInt8>?, to hasher: inout SHA256) {
        guard let part else { return add(unset, to: &hasher) }
        add(UInt64(part.count), to: &hasher)
        part.withUnsafeBytes { hasher.update(bufferPointer: $0) }
    }

    private static func add(_ word: UInt64, to hasher: inout SHA256) {
        withUnsafeBytes(of: word.bigEndian) { hasher.update(bufferPointer: $0) }
    }
}
