/// What a save is answered with.
public struct SavedMemory: Sendable, Hashable {
    /// A UUID: the same for the same collection, tenant and key (or text), however often it is saved.
    public let id: String
    /// Whether the very same memory was there already.
    public let isDuplicate: Bool
}
