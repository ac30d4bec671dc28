/// One of many texts to remember.
public struct MemoryToSave: Sendable, Hashable {
    /// Not blank, at most 1 MiB unless workers are configured otherwise.
    public var content: String
    /// At most 64 KiB as JSON.
    public var metadata: [String: MemoryValue]
    /// The memory's own; without one the text is the key.
    public var key: String?
    /// Whose memory it is; the client's own when nil.
    public var tenant: String?

    /// A text and what belongs to it.
    public init(_ content: String, metadata: [String: MemoryValue] = [:], key: String? = nil, tenant: String? = nil) {
        self.content = content
        self.metadata = metadata
        self.key = key
        self.tenant = tenant
    }
}
