import VectorStore

/// Collections in memory, with the faults that a test wants.
actor TestAdministration: VectorStoreAdministration {
    private(set) var found: [String: CollectionInformation]
    private(set) var created: [String] = []
    private(set) var indexed: [String] = []
    /// Whether somebody else makes the collection between the look and the creation.
    private let isRaced: Bool
    private let failure: VectorStoreError?

    init(_ found: [String: CollectionInformation] = [:], isRaced: Bool = false, failure: VectorStoreError? = nil) {
        self.found = found
        self.isRaced = isRaced
        self.failure = failure
    }

    func createCollection(_ name: String, _ configuration: CollectionConfiguration) throws(VectorStoreError) {
        if let failure { throw failure }
        let isTaken = found[name] != nil || isRaced
        found[name] = CollectionInformation(
            status: "green",
            pointCount: 0,
            vectorSize: configuration.vectorSize,
            distance: configuration.distance,
            payloadSchema: found[name]?.payloadSchema ?? [:]
        )
        guard !isTaken else { throw VectorStoreError(.alreadyExists, "is there") }
        created.append(name)
    }

    func deleteCollection(_ name: String) -> Bool { found.removeValue(forKey: name) != nil }

    func collectionExists(_ name: String) -> Bool { found[name] != nil }

    func collections() -> [String] { Array(found.keys) }

    func collection(_ name: String) throws(VectorStoreError) -> CollectionInformation {
        guard let information = found[name] else { throw VectorStoreError(.noSuchCollection, "no \(name)") }
        return information
    }

    func createPayloadIndex(_ index: PayloadIndex, in collection: String) {
        indexed.append("\(index.field) \(index.kind.rawValue)\(index.isTenant ? " tenant" : "")")
        found[collection]?.payloadSchema[index.field] = .init(type: index.kind.rawValue, isTenant: index.isTenant)
    }

    func version() -> String { "1.19.0" }

    func isReady() -> Bool { true }
}
