/// A text as a key of dictionaries and sets. The text is hashed once, as one run of bytes: a dictionary hashes its keys
/// again and again, also those that stand beside one that is taken out.
struct TextKey: Hashable {
    let bytes: ArraySlice<UInt8>
    private let digest: Int

    init(bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        var hasher = Hasher()
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        digest = hasher.finalize()
    }

    static func == (left: TextKey, right: TextKey) -> Bool {
        left.digest == right.digest && left.bytes.count == right.bytes.count && left.bytes.elementsEqual(right.bytes)
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(digest)
    }
}
