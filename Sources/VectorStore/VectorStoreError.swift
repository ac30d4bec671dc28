package struct VectorStoreError: Error, Sendable, CustomStringConvertible {
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case invalidRequest = "invalid_request"
            case noSuchCollection = "no_such_collection"
            case alreadyExists = "already_exists"
            case passing
            case rateLimited = "rate_limited"
            case invalidKey = "invalid_api_key"
            case misconfigured
            case invalidResponse = "invalid_response"
            case cancelled
        }
        private let kind: Kind

        private init(_ kind: Kind) { self.kind = kind }

        /// The request's: 400, 413, 422. In a batch, bisect to learn which part.
        package static let invalidRequest = Code(.invalidRequest)
        package static let noSuchCollection = Code(.noSuchCollection)
        package static let alreadyExists = Code(.alreadyExists)
        /// Network, time-out, 408, 5xx: try again, after `retryAfter` where it is given.
        package static let passing = Code(.passing)
        /// 429: the store's, no job's fault. Try again, after `retryAfter` where it is given.
        package static let rateLimited = Code(.rateLimited)
        /// 401, 403: the store's, no job's fault.
        package static let invalidKey = Code(.invalidKey)
        /// The store's: a URL that cannot be called, vectors of another size than the collection's. No job's fault.
        package static let misconfigured = Code(.misconfigured)
        package static let invalidResponse = Code(.invalidResponse)
        package static let cancelled = Code(.cancelled)

        package var description: String { kind.rawValue }
    }

    package let code: Code
    /// What the store said, or what happened on the way to it. Never holds the key.
    package let message: String
    package let retryAfter: Duration?

    package init(_ code: Code, _ message: String, retryAfter: Duration? = nil) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    package var description: String { "\(message) (\(code))" }
}
