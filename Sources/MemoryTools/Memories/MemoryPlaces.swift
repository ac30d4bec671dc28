internal import JobQueue
internal import Memory

/// Where the memories of one tenant are stored in a collection: the ids that workers give them.
struct MemoryPlaces {
    let collection: CollectionDefinition
    let tenant: String?

    init(_ collection: CollectionDefinition, of caller: MemoryCaller) {
        self.collection = collection
        tenant = caller.tenant
    }

    func id(of name: MemoryName) -> String {
        switch name {
        case .id(let id): id
        case .key(let key): id(ofKey: key)
        }
    }

    func id(ofKey key: String) -> String {
        PointIdentity.id(
            collection: ArraySlice(collection.name.utf8),
            tenant: tenant.map { ArraySlice($0.utf8) },
            key: ArraySlice(key.utf8)
        ).text
    }

    /// Of a memory without a key.
    func id(ofText text: String) -> String {
        PointIdentity.id(
            collection: ArraySlice(collection.name.utf8),
            tenant: tenant.map { ArraySlice($0.utf8) },
            contentHash: ContentHash(of: ArraySlice(text.utf8))
        ).text
    }

    /// What `MemoryTurns` tells memories apart by. One id may be looked for in several collections, and by several tenants.
    func turn(_ id: String) -> String {
        "\(collection.name)\n\(tenant ?? "")\n\(id)"
    }
}
