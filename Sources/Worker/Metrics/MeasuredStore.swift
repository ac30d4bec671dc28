internal import VectorStore

/// A store, and how its calls go.
struct MeasuredStore: VectorStore {
    let store: any VectorStore
    let metrics: StoreMetrics

    func upsert(_ points: [Point], into collection: String) async throws(VectorStoreError) {
        try await metrics.measure(.upsert) { () async throws(VectorStoreError) in
            try await store.upsert(points, into: collection)
        }
    }

    func query(_ queries: [PointQuery], in collection: String) async throws(VectorStoreError) -> [[ScoredPoint]] {
        try await metrics.measure(.query) { () async throws(VectorStoreError) in
            try await store.query(queries, in: collection)
        }
    }

    func retrieve(
        _ ids: [PointID],
        including fields: [String],
        from collection: String
    ) async throws(VectorStoreError) -> [StoredPoint] {
        try await metrics.measure(.retrieve) { () async throws(VectorStoreError) in
            try await store.retrieve(ids, including: fields, from: collection)
        }
    }

    func scroll(_ collection: String, _ request: ScrollRequest) async throws(VectorStoreError) -> ScrollPage {
        try await metrics.measure(.scroll) { () async throws(VectorStoreError) in
            try await store.scroll(collection, request)
        }
    }

    func delete(_ ids: [PointID], from collection: String) async throws(VectorStoreError) {
        try await metrics.measure(.delete) { () async throws(VectorStoreError) in
            try await store.delete(ids, from: collection)
        }
    }

    func delete(matching filter: [UInt8], from collection: String) async throws(VectorStoreError) {
        try await metrics.measure(.delete) { () async throws(VectorStoreError) in
            try await store.delete(matching: filter, from: collection)
        }
    }

    func count(_ collection: String, matching filter: [UInt8]?) async throws(VectorStoreError) -> Int {
        try await metrics.measure(.count) { () async throws(VectorStoreError) in
            try await store.count(collection, matching: filter)
        }
    }
}
