/// One result of a search.
public struct FoundMemory: Sendable, Hashable {
    /// A UUID, as the save answered it.
    public let id: String
    /// How near in meaning: the higher the nearer, by the collection's measure. Of cosine at most 1.
    public let score: Double
    /// The metadata at its top level, the text under `content`, and Memoir's bookkeeping under `_memoir`.
    public let payload: [String: MemoryValue]

    /// The text that was saved.
    public var content: String? { payload["content"]?.string }
}
