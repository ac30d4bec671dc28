package import VectorStore

/// Where a memory is stored: the same memory always has the same id, so that a job that runs twice writes one point.
///
/// The id is a version 5 UUID over collection, tenant and the memory's own key, or its content hash where it has no
/// key. Each part is preceded by its kind and its length, so that no two different triples give the same name:
///
///     "c" length collection ("T" length tenant | "t") ("K" length key | "H" 32 bytes of SHA-256)
///
/// with lengths of eight bytes, big-endian. Changing any of this moves every stored memory to another id.
package struct PointIdentity: Sendable {
    /// 08ce6453-ddef-42d5-846b-b086ff960bed, drawn at random once: ids of others cannot collide with ours.
    package static let namespace = PointID(high: 0x08CE_6453_DDEF_42D5, low: 0x846B_B086_FF96_0BED)

    private enum Kind {
        static let collection = UInt8(ascii: "c")
        static let tenant = UInt8(ascii: "T")
        static let noTenant = UInt8(ascii: "t")
        static let key = UInt8(ascii: "K")
        static let contentHash = UInt8(ascii: "H")
    }

    /// - Parameters:
    ///   - tenant: nil where the job names none, which is not the same as an empty name.
    ///   - key: the memory's natural key, unique within collection and tenant.
    package static func id(
        collection: ArraySlice<UInt8>,
        tenant: ArraySlice<UInt8>?,
        key: ArraySlice<UInt8>
    ) -> PointID {
        let length = scopeLength(collection, tenant) + 9 + key.count
        return hashing(length) { name in
            appendScope(collection, tenant, to: &name)
            name.append(Kind.key, lengthAnd: key)
        }
    }

    /// The id of a memory without a key: equal texts of one tenant are one memory.
    package static func id(
        collection: ArraySlice<UInt8>,
        tenant: ArraySlice<UInt8>?,
        contentHash: ContentHash
    ) -> PointID {
        hashing(scopeLength(collection, tenant) + 33) { name in
            appendScope(collection, tenant, to: &name)
            name.append(Kind.contentHash)
            name.append(contentHash.words.0)
            name.append(contentHash.words.1)
            name.append(contentHash.words.2)
            name.append(contentHash.words.3)
        }
    }

    private static func scopeLength(_ collection: ArraySlice<UInt8>, _ tenant: ArraySlice<UInt8>?) -> Int {
        9 + collection.count + (tenant.map { 9 + $0.count } ?? 1)
    }

    private static func appendScope(
        _ collection: ArraySlice<UInt8>,
        _ tenant: ArraySlice<UInt8>?,
        to name: inout NameBuffer
    ) {
        name.append(Kind.collection, lengthAnd: collection)
        if let tenant {
            name.append(Kind.tenant, lengthAnd: tenant)
        } else {
            name.append(Kind.noTenant)
        }
    }

    /// Puts the name together on the stack and hashes it at once: this runs for every saved memory.
    private static func hashing(_ length: Int, _ fill: (inout NameBuffer) -> Void) -> PointID {
        withUnsafeTemporaryAllocation(byteCount: length, alignment: 8) { memory in
            var name = NameBuffer(memory)
            fill(&name)
            precondition(name.count == length, "a name of \(name.count) bytes where \(length) were foreseen")
            var uuid = UUIDv5(namespace: namespace)
            uuid.update(UnsafeRawBufferPointer(memory))
            return uuid.finalize()
        }
    }
}

/// Fills memory that somebody else owns, front to back.
private struct NameBuffer: ~Copyable {
    private let memory: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(_ memory: UnsafeMutableRawBufferPointer) {
        self.memory = memory
    }

    mutating func append(_ byte: UInt8) {
        memory[count] = byte
        count += 1
    }

    mutating func append(_ word: UInt64) {
        memory.storeBytes(of: word.bigEndian, toByteOffset: count, as: UInt64.self)
        count += 8
    }

    mutating func append(_ kind: UInt8, lengthAnd bytes: ArraySlice<UInt8>) {
        append(kind)
        append(UInt64(bytes.count))
        bytes.withUnsafeBytes { source in
            UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: source)
        }
        count += bytes.count
    }
}
