import HTTPTransport
import JSON

extension QdrantStore: VectorStoreAdministration {
    package func createCollection(
        _ name: String,
        _ collection: CollectionConfiguration
    ) async throws(VectorStoreError) {
        let body = QdrantRequestBody.createCollection(collection)
        try await requireTrue(.put, CollectionPath(name).text, body)
    }

    @discardableResult
    package func deleteCollection(_ name: String) async throws(VectorStoreError) -> Bool {
        let response = try await connection.send(.delete, CollectionPath(name).text)
        return try QdrantAnswer(response.body, of: configuration).value() == .bool(true)
    }

    package func collectionExists(_ name: String) async throws(VectorStoreError) -> Bool {
        let answer = try await get(CollectionPath(name).text + "/exists")
        guard case .bool(let exists)? = try answer.value()["exists"] else { throw answer.invalid("no `exists`") }
        return exists
    }

    package func collections() async throws(VectorStoreError) -> [String] {
        let answer = try await get("/collections")
        guard case .array(let collections)? = try answer.value()["collections"] else {
            throw answer.invalid("no list of collections")
        }
        return collections.compactMap { $0["name"]?.string }
    }

    package func collection(_ name: String) async throws(VectorStoreError) -> CollectionInformation {
        let answer = try await get(CollectionPath(name).text)
        guard let information = CollectionInformation(try answer.value()) else {
            throw answer.invalid("a collection without a status")
        }
        return information
    }

    package func createPayloadIndex(_ index: PayloadIndex, in collection: String) async throws(VectorStoreError) {
        let path = try CollectionPath(collection).text + "/index?wait=true"
        let response = try await connection.send(.put, path, body: QdrantRequestBody.createIndex(index))
        try QdrantAnswer(response.body, of: configuration).requireCompletion()
    }

    package func version() async throws(VectorStoreError) -> String {
        let response = try await connection.send(.get, "/")
        guard let version = (try? JSONValue(parsing: response.body))?["version"]?.string else {
            throw QdrantAnswer(response.body, of: configuration).invalid("no version")
        }
        return version
    }

    package func isReady() async throws(VectorStoreError) -> Bool {
        let response = try await connection.exchange(.get, "/readyz")
        switch response.status {
        case 200: return true
        case 503: return false
        default: throw VectorStoreError(response, from: configuration)
        }
    }

    private func get(_ path: String) async throws(VectorStoreError) -> QdrantAnswer {
        QdrantAnswer(try await connection.send(.get, path).body, of: configuration)
    }

    private func requireTrue(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: [UInt8]
    ) async throws(VectorStoreError) {
        let answer = QdrantAnswer(try await connection.send(method, path, body: body).body, of: configuration)
        guard try answer.value() == .bool(true) else { throw answer.invalid("the operation had no effect") }
    }
}
