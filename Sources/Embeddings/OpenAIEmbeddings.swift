package import HTTPTransport
import Reactor

/// `POST /embeddings` (https://platform.openai.com/docs/api-reference/embeddings), for OpenAI and what speaks like it.
///
/// One call of the protocol is one request: packing, retries, limits on the rate and on how many run at once are the
/// caller's. Bodies are written and read off the caller's actor.
package struct OpenAIEmbeddings: EmbeddingProvider {
    package let configuration: OpenAIConfiguration
    private let client: any HTTPClient
    private let headers: [(name: String, value: String)]

    package var model: String { configuration.model }
    package var dimensions: Int { configuration.dimensions }

    package init(_ configuration: OpenAIConfiguration, client: any HTTPClient) {
        self.configuration = configuration
        self.client = client
        var headers = [(name: "Content-Type", value: "application/json"), (name: "Accept", value: "application/json")]
        if let apiKey = configuration.apiKey {
            headers.append((name: "Authorization", value: "Bearer \(apiKey)"))
        }
        self.headers = headers
    }

    package func embed(_ texts: [ArraySlice<UInt8>]) async throws(EmbeddingError) -> EmbeddingBatch {
        guard !texts.isEmpty else { return EmbeddingBatch(dimensions: dimensions, values: [], tokens: 0) }
        let body = await Reactor.offload(bytes: EmbeddingRequestBody.estimatedBytes(texts)) {
            EmbeddingRequestBody.write(texts, configuration)
        }
        let response = try await perform(body, inputs: texts.count)
        guard response.status == 200 else {
            throw EmbeddingError(response, from: configuration)
        }
        var batch = try await Reactor.offload(bytes: response.body.count) { () throws(EmbeddingError) in
            try EmbeddingResponseBody.read(response.body, count: texts.count, from: configuration)
        }
        batch.rateLimits = RateLimits(response)
        return batch
    }

    private func perform(_ body: [UInt8], inputs: Int) async throws(EmbeddingError) -> HTTPResponse {
        let request = HTTPRequest(
            .post,
            configuration.endpoint,
            headers: headers,
            body: body,
            timeout: configuration.timeout,
            maximumResponseBytes: EmbeddingResponseBody.maximumBytes(inputs: inputs, dimensions: dimensions)
        )
        do {
            return try await client.perform(request)
        } catch {
            throw EmbeddingError(error, from: configuration)
        }
    }
}
