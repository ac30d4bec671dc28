/// Where points live: Qdrant over REST, or an answer in process in a benchmark.
///
/// Every call throws `VectorStoreError`, whose code says whether the request was at fault or the store.
package protocol VectorStore: Sendable {
    /// Returns when the points are stored and visible (`wait=true`). Points of equal id: the last one stands.
    func upsert(_ points: [Point], into collection: String) async throws(VectorStoreError)

    /// One round trip for all; results in the order of the queries, each by falling score.
    func query(_ queries: [PointQuery], in collection: String) async throws(VectorStoreError) -> [[ScoredPoint]]

    /// The points that exist among those asked for, in no certain order, without their vectors.
    ///
    /// - Parameter fields: keys of the payload, with dots between levels: only these are sent back.
    func retrieve(
        _ ids: [PointID],
        including fields: [String],
        from collection: String
    ) async throws(VectorStoreError) -> [StoredPoint]

    /// A page of points with their payloads, without their vectors.
    func scroll(_ collection: String, _ request: ScrollRequest) async throws(VectorStoreError) -> ScrollPage

    /// Returns when the points are gone. Ids that do not exist are no error.
    func delete(_ ids: [PointID], from collection: String) async throws(VectorStoreError)

    /// Deletes what the filter (a Qdrant filter, JSON) matches.
    func delete(matching filter: [UInt8], from collection: String) async throws(VectorStoreError)

    /// Exact count; of the whole collection when `filter` (a Qdrant filter, JSON) is nil.
    func count(_ collection: String, matching filter: [UInt8]?) async throws(VectorStoreError) -> Int
}
