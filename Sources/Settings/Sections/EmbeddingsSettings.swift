/// `embeddings`: the OpenAI-compatible endpoint that turns texts into vectors.
package struct EmbeddingsSettings: Sendable, Equatable {
    /// Whether requests carry `dimensions`.
    package enum SendDimensions: String, Sendable, CaseIterable {
        /// For models that are known to take it (`text-embedding-3-…`).
        case auto
        case always
        case never
    }

    /// `embeddings.baseURL`, with its `/v1`. Defaults to `https://api.openai.com/v1`.
    package var baseURL = ServiceURL(scheme: "https", host: "api.openai.com", path: "/v1")
    /// `embeddings.apiKey`, secret: sent as a bearer token. Defaults to none, which local servers accept.
    package var apiKey: Secret?
    /// `embeddings.model`, text. Defaults to `text-embedding-3-small`.
    package var model = "text-embedding-3-small"
    /// `embeddings.dimensions`, length of every vector. Defaults to 1,536.
    package var dimensions = 1536
    /// `embeddings.sendDimensions`. Defaults to `auto`.
    package var sendDimensions = SendDimensions.auto
    /// `embeddings.timeout`, duration: how long a call may take. Defaults to 60 s.
    package var timeout: Duration = .seconds(60)
    /// `embeddings.maximumInputs`, texts of one call. Defaults to 2,048.
    package var maximumInputs = 2048
    /// `embeddings.maximumTokens`, tokens of one call, all texts together. Defaults to 300,000.
    package var maximumTokens = 300_000
    /// `embeddings.maximumInputTokens`, tokens of one text. Defaults to 8,191.
    package var maximumInputTokens = 8191
    /// `embeddings.maximumBytes`, bytes of text of one call. Defaults to 4 MiB.
    package var maximumBytes = 4 << 20
    /// `embeddings.concurrency`, calls under way at once. Defaults to 4.
    package var concurrency = 4
    /// `embeddings.requestsPerMinute`, calls of all workers together; 0 for what the provider says. Defaults to 0.
    package var requestsPerMinute = 0
    /// `embeddings.tokensPerMinute`, tokens of all workers' calls together; 0 for what the provider says. Defaults to 0.
    package var tokensPerMinute = 0
    /// `embeddings.pricePerMillionTokens`, US dollars. Defaults to 0.02.
    package var pricePerMillionTokens = Dollars(nanodollars: 20_000_000)
    /// `embeddings.dailyBudget`, US dollars a day in UTC, 0 for none. Defaults to 0.
    package var dailyBudget = Dollars(nanodollars: 0)
    /// `embeddings.bulkBudgetShare`, percent of the budget that the lane `bulk` may use. Defaults to 80.
    package var bulkBudgetShare = 80

    package init() {}
}
