import Reactor
import VectorStore

/// A store of which each call does what a test says.
@Reactor
final class ScriptedStore: VectorStore {
    enum Kind: Equatable {
        case upsert
        case query
        case delete
        case count
        case scroll
    }

    struct Call: Equatable {
        let kind: Kind
        let collection: String
        /// Of the points; queries and filters have none.
        let points: [PointID]
    }

    /// Those of retrieves are kept apart, as there is one before each upsert.
    private(set) var calls: [Call] = []
    private(set) var retrieves: [[PointID]] = []
    /// What a retrieve finds.
    var stored: [PointID: StoredPoint] = [:]
    /// Returns what a retrieve fails with; nil where it succeeds.
    var retrieveScript: @Reactor ([PointID]) async -> VectorStoreError? = { _ in nil }
    /// Returns what the call fails with; nil where it succeeds.
    var script: @Reactor (Call) async -> VectorStoreError? = { _ in nil }

    nonisolated init() {}

    func calls(_ kind: Kind) -> [Call] { calls.filter { $0.kind == kind } }

    @Reactor
    func upsert(_ points: [Point], into collection: String) async throws(VectorStoreError) {
        try await begin(.upsert, collection, points.map(\.id))
    }

    @Reactor
    func query(_ queries: [PointQuery], in collection: String) async throws(VectorStoreError) -> [[ScoredPoint]] {
        try await begin(.query, collection)
        return queries.map { _ in [] }
    }

    @Reactor
    func retrieve(
        _ ids: [PointID],
        including fields: [String],
        from collection: String
    ) async throws(VectorStoreError) -> [StoredPoint] {
        retrieves.append(ids)
        await Task.yield()
        if let error = await retrieveScript(ids) { throw error }
        return ids.compactMap { stored[$0] }
    }

    @Reactor
    func scroll(_ collection: String, _ request: ScrollRequest) async throws(VectorStoreError) -> ScrollPage {
        try await begin(.scroll, collection)
        return ScrollPage(points: [])
    }

    @Reactor
    func delete(_ ids: [PointID], from collection: String) async throws(VectorStoreError) {
        try await begin(.delete, collection, ids)
    }

    @Reactor
    func delete(matching filter: [UInt8], from collection: String) async throws(VectorStoreError) {
        try await begin(.delete, collection)
    }

    @Reactor
    func count(_ collection: String, matching filter: [UInt8]?) async throws(VectorStoreError) -> Int {
        try await begin(.count, collection)
        return 1
    }

    private func begin(_ kind: Kind, _ collection: String, _ points: [PointID] = []) async throws(VectorStoreError) {
        let call = Call(kind: kind, collection: collection, points: points)
        calls.append(call)
        await Task.yield()
        if let error = await script(call) { throw error }
        guard !Task.isCancelled else { throw VectorStoreError(.cancelled, "cancelled") }
    }
}
