/// The payload of a save, ready to be stored.
package struct MemoryPayload: Sendable {
    /// A JSON object.
    package let bytes: [UInt8]
    package let fingerprint: Fingerprint
    /// Where in `bytes` the text of `_memoir.created_at` stands, between its quotes.
    private let creation: Range<Int>

    init(bytes: [UInt8], fingerprint: Fingerprint, creation: Range<Int>) {
        self.bytes = bytes
        self.fingerprint = fingerprint
        self.creation = creation
    }

    /// The same for a memory that is there already: it keeps its time of creation.
    package func replacing(_ stored: StoredBookkeeping) -> [UInt8] {
        guard let createdAt = stored.createdAt else { return bytes }
        var replaced = bytes
        replaced.replaceSubrange(creation, with: createdAt)
        return replaced
    }
}
