/// Why a call gave no vectors, in the three kinds that decide what becomes of the jobs.
package struct EmbeddingError: Error, Sendable, CustomStringConvertible {
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case invalidInput = "invalid_input"
            case passing
            case rateLimited = "rate_limited"
            case invalidKey = "invalid_api_key"
            case quotaExhausted = "insufficient_quota"
            case misconfigured
            case invalidResponse = "invalid_response"
            case cancelled
        }
        private let kind: Kind

        private init(_ kind: Kind) { self.kind = kind }

        /// The job's: one of the inputs is refused (HTTP 400, 413, 422). Bisect to learn which.
        package static let invalidInput = Code(.invalidInput)
        /// Network, time-out, 408, 409, 5xx: try again, after `retryAfter` where it is given.
        package static let passing = Code(.passing)
        /// The provider's (429): no job's fault. Try again, after `retryAfter` where it is given.
        package static let rateLimited = Code(.rateLimited)
        /// The provider's (401, 403): no job's fault.
        package static let invalidKey = Code(.invalidKey)
        /// The provider's (429 with code `insufficient_quota`).
        package static let quotaExhausted = Code(.quotaExhausted)
        /// The provider's: no such model or path (404), dimensions other than configured.
        package static let misconfigured = Code(.misconfigured)
        /// Wrong count, order, dimensions or JSON: tried again as a passing one.
        package static let invalidResponse = Code(.invalidResponse)
        package static let cancelled = Code(.cancelled)

        package var description: String { kind.rawValue }
    }

    package let code: Code
    /// For a person: what happened and what would mend it. Never holds the key.
    package let message: String
    package let retryAfter: Duration?
    /// What the provider said of its limits; nil where it did not answer.
    package let rateLimits: RateLimits?
    /// False where nothing of the call can have reached the provider: it counts for none of its limits.
    package let mayHaveArrived: Bool

    package init(
        _ code: Code,
        _ message: String,
        retryAfter: Duration? = nil,
        rateLimits: RateLimits? = nil,
        mayHaveArrived: Bool = true
    ) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
        self.rateLimits = rateLimits
        self.mayHaveArrived = mayHaveArrived
    }

    package var description: String { "\(message) (\(code))" }
}
