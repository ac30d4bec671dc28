/// Who calls: fixed by whoever let them in, and by nothing that a call says.
package struct MemoryCaller: Sendable, Hashable {
    /// Whose memories all calls are about; nil for those without a tenant.
    package let tenant: String?
    package let rights: MemoryRights
    /// Those that exist for this caller; nil: all.
    package let collections: Set<String>?
    /// For logs: a token's name.
    package let name: String

    package init(tenant: String?, rights: MemoryRights, collections: Set<String>? = nil, name: String) {
        self.tenant = tenant
        self.rights = rights
        self.collections = collections
        self.name = name
    }

    package func mayReach(_ collection: String) -> Bool {
        collections?.contains(collection) ?? true
    }

    /// Why the caller may not, for a model; nil where it may.
    func refusal(_ right: MemoryRights, _ tool: String) -> String? {
        guard !rights.contains(right) else { return nil }
        return """
            \(tool) needs the right to \(right), and this access has: \(rights). Calling it again will not help: \
            whoever runs this server can grant it.
            """
    }
}
