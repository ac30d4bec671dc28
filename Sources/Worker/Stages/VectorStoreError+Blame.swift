internal import VectorStore

extension VectorStoreError {
    var blame: Blame {
        switch code {
        case .invalidRequest: .job
        case .passing, .invalidResponse: .passing
        case .cancelled: .cancelled
        default: .service
        }
    }

    /// What a person can do about it.
    var hint: String {
        switch code {
        case .invalidKey: "set QDRANT_API_KEY to the store's key; jobs wait meanwhile"
        case .misconfigured: "check QDRANT_URL and EMBEDDING_DIMENSIONS; jobs wait meanwhile"
        case .noSuchCollection: "run memoir bootstrap, which creates the collections; jobs wait meanwhile"
        case .rateLimited: "raise the store's rate limit, or lower the store concurrency; tried again by itself"
        default: "check that Qdrant at QDRANT_URL answers; tried again by itself"
        }
    }
}
