import HTTPTransport

/// Carries requests to one Qdrant, and turns what is no success into errors.
struct QdrantConnection: Sendable {
    let configuration: QdrantConfiguration
    private let client: any HTTPClient
    private let headers: [(name: String, value: String)]

    init(_ configuration: QdrantConfiguration, client: any HTTPClient) {
        self.configuration = configuration
        self.client = client
        var headers = [(name: "Content-Type", value: "application/json"), (name: "Accept", value: "application/json")]
        if let apiKey = configuration.apiKey {
            headers.append((name: "api-key", value: apiKey))
        }
        self.headers = headers
    }

    /// A response of status 200, or an error.
    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        body: [UInt8]? = nil
    ) async throws(VectorStoreError) -> HTTPResponse {
        let response = try await exchange(method, path, body: body)
        guard response.status == 200 else { throw VectorStoreError(response, from: configuration) }
        return response
    }

    /// Whatever status it has.
    func exchange(
        _ method: HTTPRequest.Method,
        _ path: String,
        body: [UInt8]? = nil
    ) async throws(VectorStoreError) -> HTTPResponse {
        let request = HTTPRequest(
            method,
            configuration.base + path,
            headers: headers,
            body: body,
            timeout: configuration.timeout,
            maximumResponseBytes: configuration.maximumResponseBytes
        )
        do {
            return try await client.perform(request)
        } catch {
            throw VectorStoreError(error, from: configuration)
        }
    }
}
