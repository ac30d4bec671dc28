/// `qdrant`: the vector database.
package struct QdrantSettings: Sendable, Equatable {
    private static let standardURL = ServiceURL(scheme: "http", host: "127.0.0.1", port: 6333)

    /// `qdrant.url`, or `qdrant.host` and `qdrant.port`. Defaults to `http://127.0.0.1:6333`.
    package internal(set) var address = ServiceAddress(standard: standardURL)
    /// `qdrant.apiKey`, secret: sent as the header `api-key`. Defaults to none.
    package var apiKey: Secret?
    /// `qdrant.timeout`, duration: how long a request may take. Defaults to 30 s.
    package var timeout: Duration = .seconds(30)
    /// `qdrant.upsertBatch`, points of one upsert request. Defaults to 256.
    package var upsertBatch = 256
    /// `qdrant.queryBatch`, searches of one request. Defaults to 64.
    package var queryBatch = 64

    package init() {}

    /// Base of the REST interface, without a trailing slash.
    package var url: String { address.url.string }
}
