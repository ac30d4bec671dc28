package import HTTPTransport
import JSON
import Reactor

/// Qdrant over its REST interface, 1.11 and later (https://api.qdrant.tech).
///
/// One client for points and administration. Retries, and limits on how many requests run at once, are the caller's.
/// Large bodies are written and read off the reactor.
package struct QdrantStore: VectorStore {
    /// Ids of one request to delete or retrieve: some 400 KB of body.
    private static let maximumIDsPerRequest = 10_000

    let connection: QdrantConnection

    package var configuration: QdrantConfiguration { connection.configuration }

    package init(_ configuration: QdrantConfiguration, client: any HTTPClient) {
        connection = QdrantConnection(configuration, client: client)
    }

    package func upsert(_ points: [Point], into collection: String) async throws(VectorStoreError) {
        let path = try CollectionPath(collection)
        for batch in try UpsertBatch.split(points, configuration) {
            let body = await Reactor.offload(bytes: batch.maximumBytes) { QdrantRequestBody.upsert(batch) }
            let response = try await connection.send(.put, path.points("?wait=true"), body: body)
            try QdrantAnswer(response.body, of: configuration).requireCompletion()
        }
    }

    package func query(
        _ queries: [PointQuery],
        in collection: String
    ) async throws(VectorStoreError) -> [[ScoredPoint]] {
        guard !queries.isEmpty else { return [] }
        let path = try CollectionPath(collection)
        let body: [UInt8]
        do {
            body = try await Reactor.offload(bytes: QdrantRequestBody.maximumBytes(of: queries)) {
                () throws(JSONError) in
                try QdrantRequestBody.query(queries)
            }
        } catch {
            throw VectorStoreError(.invalidRequest, "a score threshold must be a finite number: \(error)")
        }
        let place = queries.count == 1 ? "/query" : "/query/batch"
        let response = try await connection.send(.post, path.points(place), body: body)
        return try await read(response) { answer throws(VectorStoreError) in
            try answer.hits(ofQueries: queries.count)
        }
    }

    package func delete(_ ids: [PointID], from collection: String) async throws(VectorStoreError) {
        let path = try CollectionPath(collection)
        for start in stride(from: 0, to: ids.count, by: Self.maximumIDsPerRequest) {
            let part = ids[start..<min(start + Self.maximumIDsPerRequest, ids.count)]
            try await delete(path, QdrantRequestBody.ids("points", part))
        }
    }

    package func delete(matching filter: [UInt8], from collection: String) async throws(VectorStoreError) {
        try await delete(CollectionPath(collection), QdrantRequestBody.filter(filter))
    }

    package func count(_ collection: String, matching filter: [UInt8]?) async throws(VectorStoreError) -> Int {
        let path = try CollectionPath(collection)
        let body = QdrantRequestBody.count(matching: filter)
        let response = try await connection.send(.post, path.points("/count"), body: body)
        return try QdrantAnswer(response.body, of: configuration).count()
    }

    package func retrieve(
        _ ids: [PointID],
        including fields: [String],
        from collection: String
    ) async throws(VectorStoreError) -> [StoredPoint] {
        let path = try CollectionPath(collection).points("")
        var points: [StoredPoint] = []
        for start in stride(from: 0, to: ids.count, by: Self.maximumIDsPerRequest) {
            let part = ids[start..<min(start + Self.maximumIDsPerRequest, ids.count)]
            let body = QdrantRequestBody.retrieve(part, including: fields)
            let response = try await connection.send(.post, path, body: body)
            points += try await read(response) { answer throws(VectorStoreError) in try answer.points() }
        }
        return points
    }

    package func scroll(
        _ collection: String,
        _ request: ScrollRequest
    ) async throws(VectorStoreError) -> ScrollPage {
        let path = try CollectionPath(collection).points("/scroll")
        let response = try await connection.send(.post, path, body: QdrantRequestBody.scroll(request))
        return try await read(response) { answer throws(VectorStoreError) in try answer.page() }
    }

    private func delete(_ path: CollectionPath, _ body: [UInt8]) async throws(VectorStoreError) {
        let response = try await connection.send(.post, path.points("/delete?wait=true"), body: body)
        try QdrantAnswer(response.body, of: configuration).requireCompletion()
    }

    private func read<Result: Sendable>(
        _ response: HTTPResponse,
        _ result: @Sendable (QdrantAnswer) throws(VectorStoreError) -> Result
    ) async throws(VectorStoreError) -> Result {
        let answer = QdrantAnswer(response.body, of: configuration)
        return try await Reactor.offload(bytes: response.body.count) { () throws(VectorStoreError) in
            try result(answer)
        }
    }
}
