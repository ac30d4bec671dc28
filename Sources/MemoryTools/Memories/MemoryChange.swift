/// What an update changes of which memory.
struct MemoryChange {
    let name: MemoryName
    /// nil: it stays.
    let content: String?
    let patch: MetadataPatch
}
