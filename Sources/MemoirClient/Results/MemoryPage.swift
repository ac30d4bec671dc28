/// Some of a collection's memories.
public struct MemoryPage: Sendable, Hashable {
    /// In the order of their ids.
    public let memories: [StoredMemory]
    /// Give it as `after` to get the page behind this one; nil where this is the last.
    public let next: String?
}
