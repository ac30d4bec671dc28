/// A memory as it is stored.
public struct StoredMemory: Sendable, Hashable {
    /// A UUID, as the save answered it.
    public let id: String
    /// The metadata at its top level, the text under `content`, and Memoir's bookkeeping under `_memoir`.
    public let payload: [String: MemoryValue]

    /// The text that was saved.
    public var content: String? { payload["content"]?.string }
}
