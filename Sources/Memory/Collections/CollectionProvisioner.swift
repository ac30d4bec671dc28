package import VectorStore

/// Makes the store hold what a collection declares: the collection, an index for each field that is filtered by, and one
/// for our own bookkeeping.
package struct CollectionProvisioner: Sendable {
    /// What was found, or made.
    package enum Outcome: Sendable, Equatable {
        case created(indexes: Int)
        /// It was there.
        case present(points: Int?, indexesAdded: Int)
    }

    private let store: any VectorStoreAdministration
    private let dimensions: Int

    package init(store: any VectorStoreAdministration, dimensions: Int) {
        self.store = store
        self.dimensions = dimensions
    }

    /// Safe to run again, and by several workers at once.
    ///
    /// - Throws: `VectorStoreError`; of code `misconfigured` where the collection's vectors are of another size or compared
    ///   in another way than configured, which only a new collection can change.
    package func provision(_ collection: CollectionDefinition) async throws(VectorStoreError) -> Outcome {
        let isNew = try await create(collection)
        let found = try await store.collection(collection.name)
        try check(collection, found)
        var added = 0
        for index in collection.payloadIndexes where found.payloadSchema[index.field] == nil {
            try await store.createPayloadIndex(index, in: collection.name)
            added += 1
        }
        return isNew ? .created(indexes: added) : .present(points: found.pointCount, indexesAdded: added)
    }

    /// What differs from the declaration, a line each; empty when all is as declared. Changes nothing.
    package func differences(_ collection: CollectionDefinition) async throws(VectorStoreError) -> [String] {
        guard try await store.collectionExists(collection.name) else { return ["would be created"] }
        let found = try await store.collection(collection.name)
        try check(collection, found)
        return collection.payloadIndexes
            .filter { found.payloadSchema[$0.field] == nil }
            .map { "would get an index on \($0.field) (\($0.kind.rawValue))" }
    }

    private func create(_ collection: CollectionDefinition) async throws(VectorStoreError) -> Bool {
        if try await store.collectionExists(collection.name) { return false }
        do throws(VectorStoreError) {
            let configuration = CollectionConfiguration(vectorSize: dimensions, distance: collection.distance.ofStore)
            try await store.createCollection(collection.name, configuration)
            return true
        } catch {
            // Somebody else was quicker.
            guard error.code == .alreadyExists else { throw error }
            return false
        }
    }

    private func check(
        _ collection: CollectionDefinition,
        _ found: CollectionInformation
    ) throws(VectorStoreError) {
        if let size = found.vectorSize, size != dimensions {
            throw VectorStoreError(
                .misconfigured,
                """
                collection \(collection.name) holds vectors of \(size) dimensions, EMBEDDING_DIMENSIONS is \(dimensions): \
                set it to \(size) and use the model the collection was made with, or delete the collection
                """
            )
        }
        if let distance = found.distance, distance != collection.distance.ofStore {
            throw VectorStoreError(
                .misconfigured,
                """
                collection \(collection.name) compares by \(distance.rawValue), collections.yaml says \
                \(collection.distance.rawValue): change the declaration, or delete the collection
                """
            )
        }
    }
}
