/// Where Qdrant is, and the bounds of what is asked of it.
package struct QdrantConfiguration: Sendable {
    /// `http` or `https`, with the port and with a path where a proxy wants one. `QDRANT_URL`.
    /// Defaults to `http://127.0.0.1:6333`.
    package var url: String
    /// Sent in the header `api-key`; nil for a server that wants none. `QDRANT_API_KEY`.
    package var apiKey: String?
    /// Of one request, from connecting to the last byte. Defaults to 30 seconds.
    package var timeout: Duration
    /// A longer batch goes in several requests, in order. Defaults to 256.
    package var maximumPointsPerUpsert: Int
    /// Of a request's body: Qdrant itself takes 32 MB. A larger batch goes in several requests, in order; a point that
    /// is larger all by itself is refused. Defaults to 16 MiB.
    package var maximumBodyBytes: Int
    /// A longer response ends the exchange. Defaults to 64 MiB.
    package var maximumResponseBytes: Int

    package init(
        url: String = "http://127.0.0.1:6333",
        apiKey: String? = nil,
        timeout: Duration = .seconds(30),
        maximumPointsPerUpsert: Int = 256,
        maximumBodyBytes: Int = 16 << 20,
        maximumResponseBytes: Int = 64 << 20
    ) {
        precondition(
            min(maximumPointsPerUpsert, maximumBodyBytes, maximumResponseBytes) > 0,
            "bounds of the vector store must be above zero"
        )
        self.url = url
        self.apiKey = apiKey
        self.timeout = timeout
        self.maximumPointsPerUpsert = maximumPointsPerUpsert
        self.maximumBodyBytes = maximumBodyBytes
        self.maximumResponseBytes = maximumResponseBytes
    }

    var base: String {
        var base = url[...]
        while base.last == "/" { base.removeLast() }
        return String(base)
    }
}

extension QdrantConfiguration: CustomStringConvertible, CustomDebugStringConvertible {
    /// Without the key.
    package var description: String { "Qdrant at \(base)" }
    package var debugDescription: String { description }
}
