/// A text as a dictionary's key, hashed as one run of bytes.
struct TextKey: Hashable {
    let bytes: ArraySlice<UInt8>

    static func == (left: TextKey, right: TextKey) -> Bool {
        left.bytes.count == right.bytes.count && left.bytes.elementsEqual(right.bytes)
    }

    func hash(into hasher: inout Hasher) {
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}
