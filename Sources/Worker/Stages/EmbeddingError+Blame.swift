internal import Embeddings

extension EmbeddingError {
    var blame: Blame {
        switch code {
        case .invalidInput: .job
        case .passing, .invalidResponse: .passing
        case .cancelled: .cancelled
        default: .service
        }
    }

    /// What a person can do about it.
    var hint: String {
        switch code {
        case .invalidKey: "set OPENAI_API_KEY to a valid key; jobs wait meanwhile"
        case .quotaExhausted: "raise the provider's quota or budget; jobs wait meanwhile"
        case .rateLimited: "raise the provider's rate limit, or lower the embedding concurrency; tried again by itself"
        case .misconfigured: "check OPENAI_BASE_URL, EMBEDDING_MODEL and EMBEDDING_DIMENSIONS; jobs wait meanwhile"
        default: "check that the provider at OPENAI_BASE_URL answers; tried again by itself"
        }
    }
}
