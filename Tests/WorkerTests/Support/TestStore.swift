import Memory
import Reactor
import VectorStore

/// A store in process that does what a test wants: waits, fails, refuses, lacks a collection.
@Reactor
final class TestStore: VectorStore {
    enum Call: Equatable {
        case upsert(String, points: Int)
        case query(String, queries: Int)
        case delete(String)
        case count(String)
        case scroll(String)
    }

    /// Payloads by collection and point. A collection that is not here does not exist.
    private(set) var collections: [String: [PointID: String]] = ["c": [:], "d": [:]]
    /// All but retrieves, as there is one before each upsert.
    private(set) var calls: [Call] = []
    let turnstile = Turnstile()
    /// What calls to a collection fail with; `""` stands for every collection.
    var failures: [String: VectorStoreError] = [:]
    /// Part of a filter or payload that the store does not take.
    var refused: String?
    /// Collections that the worker asked to be made.
    private(set) var provisioned: [String] = []
    /// Whether making a collection helps.
    var canProvision = true

    nonisolated init() {}

    func points(in collection: String) -> [PointID: String] { collections[collection] ?? [:] }

    func drop(_ collection: String) { collections[collection] = nil }

    func provision(_ collection: String) {
        provisioned.append(collection)
        if canProvision { collections[collection] = [:] }
    }

    @Reactor
    func upsert(_ points: [Point], into collection: String) async throws(VectorStoreError) {
        let payloads = points.map { String(decoding: $0.payload, as: UTF8.self) }
        try await begin(.upsert(collection, points: points.count), collection, payloads)
        for (point, payload) in zip(points, payloads) { collections[collection]?[point.id] = payload }
    }

    @Reactor
    func query(_ queries: [PointQuery], in collection: String) async throws(VectorStoreError) -> [[ScoredPoint]] {
        let filters = queries.map { String(decoding: $0.filter ?? [], as: UTF8.self) }
        try await begin(.query(collection, queries: queries.count), collection, filters)
        return queries.map { query in
            points(in: collection).prefix(query.limit).map { id, payload in
                ScoredPoint(
                    id: ArraySlice("\"\(id.text)\"".utf8),
                    score: ArraySlice("0.5".utf8),
                    payload: ArraySlice(payload.utf8)
                )
            }
        }
    }

    @Reactor
    func retrieve(
        _ ids: [PointID],
        including fields: [String],
        from collection: String
    ) async throws(VectorStoreError) -> [StoredPoint] {
        try check(collection, [])
        return ids.compactMap { id in self.points(in: collection)[id].map { Self.stored(id, $0) } }
    }

    /// Of all points, or of those whose ids stand in the filter.
    @Reactor
    func scroll(_ collection: String, _ request: ScrollRequest) async throws(VectorStoreError) -> ScrollPage {
        let filter = String(decoding: request.filter, as: UTF8.self)
        try await begin(.scroll(collection), collection, [filter])
        let found = points(in: collection).filter { Self.matches($0.key, filter) }
            .sorted { $0.key.text < $1.key.text }
            .map { Self.stored($0.key, $0.value) }
        return ScrollPage(points: Array(found.prefix(request.limit)), next: found.dropFirst(request.limit).first?.id)
    }

    private nonisolated static func stored(_ id: PointID, _ payload: String) -> StoredPoint {
        StoredPoint(id: ArraySlice("\"\(id.text)\"".utf8), payload: ArraySlice(payload.utf8))
    }

    @Reactor
    func delete(_ ids: [PointID], from collection: String) async throws(VectorStoreError) {
        try await begin(.delete(collection), collection, [])
        for id in ids { collections[collection]?[id] = nil }
    }

    /// Deletes the points whose ids stand in the filter; all where there is none.
    @Reactor
    func delete(matching filter: [UInt8], from collection: String) async throws(VectorStoreError) {
        let text = String(decoding: filter, as: UTF8.self)
        try await begin(.delete(collection), collection, [text])
        collections[collection] = points(in: collection).filter { !Self.matches($0.key, text) }
    }

    @Reactor
    func count(_ collection: String, matching filter: [UInt8]?) async throws(VectorStoreError) -> Int {
        let text = String(decoding: filter ?? [], as: UTF8.self)
        try await begin(.count(collection), collection, [text])
        return points(in: collection).count { Self.matches($0.key, text) }
    }

    private nonisolated static func matches(_ id: PointID, _ filter: String) -> Bool {
        !filter.contains("has_id") || filter.contains(id.text)
    }

    private func begin(_ call: Call, _ collection: String, _ parts: [String]) async throws(VectorStoreError) {
        calls.append(call)
        await turnstile.pass(parts)
        try check(collection, parts)
    }

    private func check(_ collection: String, _ parts: [String]) throws(VectorStoreError) {
        guard !Task.isCancelled else { throw VectorStoreError(.cancelled, "cancelled") }
        if let failure = failures[collection] ?? failures[""] { throw failure }
        guard collections[collection] != nil else {
            throw VectorStoreError(.noSuchCollection, "no collection \(collection)")
        }
        if let refused, parts.contains(where: { $0.contains(refused) }) {
            throw VectorStoreError(.invalidRequest, "does not take \(refused)")
        }
    }
}
