/// Where embeddings come from: OpenAI, or what speaks like it.
package struct OpenAIConfiguration: Sendable {
    /// Sent as a bearer token; nil for a server that wants none. `OPENAI_API_KEY`.
    package var apiKey: String?
    /// With its version, as OpenAI's own clients take it. `OPENAI_BASE_URL`. Defaults to `https://api.openai.com/v1`.
    package var baseURL: String
    /// `EMBEDDING_MODEL`. Defaults to `text-embedding-3-small`.
    package var model: String
    /// Length of the vectors that the collections hold; any other is refused. `EMBEDDING_DIMENSIONS`. Defaults to 1,536.
    package var dimensions: Int
    /// Whether calls ask for that length. Only some models can shorten their vectors, and others refuse to be asked.
    /// Defaults to whether the model is one of `text-embedding-3`.
    package var sendsDimensions: Bool
    /// Whether calls ask for base64, which is a third of the size; the answer may come as numbers all the same.
    /// Defaults to true.
    package var asksBase64: Bool
    /// An identifier of the end user for the provider's abuse detection. Defaults to none.
    package var user: String?
    /// Of one call, from connecting to the last byte. Defaults to 60 seconds.
    package var timeout: Duration
    package var limits: EmbeddingLimits

    package init(
        apiKey: String?,
        baseURL: String = "https://api.openai.com/v1",
        model: String = "text-embedding-3-small",
        dimensions: Int = 1536,
        sendsDimensions: Bool? = nil,
        asksBase64: Bool = true,
        user: String? = nil,
        timeout: Duration = .seconds(60),
        limits: EmbeddingLimits = EmbeddingLimits()
    ) {
        precondition(dimensions > 0, "\(dimensions) dimensions")
        self.apiKey = apiKey
        self.baseURL = baseURL
        self.model = model
        self.dimensions = dimensions
        self.sendsDimensions = sendsDimensions ?? model.hasPrefix("text-embedding-3-")
        self.asksBase64 = asksBase64
        self.user = user
        self.timeout = timeout
        self.limits = limits
    }

    var endpoint: String {
        var base = baseURL[...]
        while base.last == "/" { base.removeLast() }
        return base + "/embeddings"
    }
}

extension OpenAIConfiguration: CustomStringConvertible, CustomDebugStringConvertible {
    /// Without the key.
    package var description: String { "\(model) (\(dimensions) dimensions) at \(endpoint)" }
    package var debugDescription: String { description }
}
