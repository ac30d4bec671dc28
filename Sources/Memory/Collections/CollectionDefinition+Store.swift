package import VectorStore

extension CollectionDefinition {
    private static let ownIndexes = [
        // Every read and every forget is confined by it.
        PayloadIndex(field: "_memoir.tenant", kind: .keyword, isTenant: true),
        PayloadIndex(field: "_memoir.key", kind: .keyword),
    ]

    /// The indexes that the store should have: those of our own bookkeeping, and one for each field filtered by.
    package var payloadIndexes: [PayloadIndex] {
        Self.ownIndexes
            + fields.compactMap { field in
                field.index.flatMap { PayloadIndex.Kind(rawValue: $0.rawValue) }
                    .map { PayloadIndex(field: field.name, kind: $0) }
            }
    }
}

extension CollectionDefinition.Distance {
    package var ofStore: CollectionConfiguration.Distance {
        switch self {
        case .cosine: .cosine
        case .dot: .dot
        case .euclid: .euclid
        case .manhattan: .manhattan
        }
    }
}
