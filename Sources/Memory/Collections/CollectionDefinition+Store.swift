package import VectorStore

extension CollectionDefinition {
    /// Every search and every forget is confined by it.
    private static let tenantIndex = PayloadIndex(field: "_memoir.tenant", kind: .keyword, isTenant: true)

    /// The indexes that the store should have: one for our own bookkeeping, and one for each field filtered by.
    package var payloadIndexes: [PayloadIndex] {
        [Self.tenantIndex]
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
