import Crypto
import VectorStore

/// Name-based UUIDs: RFC 9562, section 5.5. The first 16 bytes of SHA-1 over a namespace and a name, with the version
/// and the variant written into them.
///
/// SHA-1 is the format's, not a choice: an id needs to be the same again, it protects nothing.
struct UUIDv5 {
    private var hasher = Insecure.SHA1()

    init(namespace: PointID) {
        update(namespace.high)
        update(namespace.low)
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        hasher.update(bufferPointer: bytes)
    }

    private mutating func update(_ word: UInt64) {
        withUnsafeBytes(of: word.bigEndian) { hasher.update(bufferPointer: $0) }
    }

    func finalize() -> PointID {
        hasher.finalize().withUnsafeBytes { digest in
            let high = UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
            let low = UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            return PointID(
                high: high & 0xFFFF_FFFF_FFFF_0FFF | 0x5000,
                low: low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
            )
        }
    }
}
