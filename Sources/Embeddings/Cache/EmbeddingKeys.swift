internal import Crypto

/// Makes the keys of one model's vectors. What is hashed is
///
///     <bytes of the model's name>:<model><dimensions>:<text>
///
/// so that no two of model, dimensions and text are ever written alike.
package struct EmbeddingKeys {
    /// Has read all that comes before the text.
    private let beginning: SHA256

    package init(model: String, dimensions: Int) {
        var hasher = SHA256()
        Array("\(model.utf8.count):\(model)\(dimensions):".utf8).withUnsafeBytes { hasher.update(bufferPointer: $0) }
        beginning = hasher
    }

    package func key(of text: ArraySlice<UInt8>) -> EmbeddingKey {
        var hasher = beginning
        text.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        return hasher.finalize().withUnsafeBytes { digest in
            func word(_ index: Int) -> UInt64 {
                UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
            }
            return EmbeddingKey(words: (word(0), word(1), word(2), word(3)))
        }
    }
}
