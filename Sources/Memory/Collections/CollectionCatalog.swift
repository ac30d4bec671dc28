package import JobQueue

/// The collections that jobs may name: fixed at start, the same for all workers.
package struct CollectionCatalog: Sendable {
    /// Collections of one catalog.
    package static let maximumCollections = 1_024
    /// Names that an error lists before it says how many more there are.
    static let namesListed = 20

    /// In the order of the configuration.
    package let collections: [CollectionDefinition]

    private let byName: NameTable<CollectionDefinition>

    package init(_ collections: [CollectionDefinition]) throws(InvalidCollection) {
        guard collections.count <= Self.maximumCollections else {
            throw InvalidCollection(
                collections[Self.maximumCollections].name,
                "is one of \(collections.count) collections; at most \(Self.maximumCollections) are allowed"
            )
        }
        let table = NameTable(collections.map { (name: $0.name, value: $0) })
        if let duplicate = table.duplicate { throw InvalidCollection(duplicate, "is declared twice") }
        self.collections = collections
        byName = table
    }

    /// The definition of that name, given in UTF-8.
    ///
    /// - Throws: `InvalidJob` of the field `collection`, naming the nearest match and the known collections.
    package func collection(named name: ArraySlice<UInt8>) throws(InvalidJob) -> CollectionDefinition {
        if let definition = byName[name] { return definition }
        throw unknown(name)
    }

    private func unknown(_ name: ArraySlice<UInt8>) -> InvalidJob {
        let names = collections.map(\.name)
        var reason = "\"\(Excerpt(name))\" is not a known collection"
        if let nearest = NearestMatch.find(name, among: names) { reason += "; did you mean \"\(nearest)\"?" }
        if names.isEmpty { return InvalidJob("collection", reason + "; none is configured") }
        reason += reason.hasSuffix("?") ? " Known: " : "; known: "
        reason += names.prefix(Self.namesListed).joined(separator: ", ")
        if names.count > Self.namesListed { reason += " and \(names.count - Self.namesListed) more" }
        return InvalidJob("collection", reason)
    }
}
