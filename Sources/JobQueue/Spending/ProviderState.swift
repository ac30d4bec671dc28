internal import Reactor
package import RedisClient

/// What the fleet knows of the embedding provider's limits, and how the budget stands. Nil where nothing is known.
package struct ProviderState: Sendable, Equatable {
    package enum Budget: String, Sendable {
        case ok
        /// Bulk has used its part.
        case bulkStopped = "bulk_stopped"
        /// All of it is used.
        case exceeded
    }

    /// A minute, and left of it: what may go out at once.
    package private(set) var requestsLimit: Int?
    package private(set) var requestsLeft: Int?
    package private(set) var tokensLimit: Int?
    package private(set) var tokensLeft: Int?
    /// Milliseconds since 1970: no worker calls before it.
    package private(set) var waitUntil: Int?
    package private(set) var budget: Budget?
    /// When that was so, in milliseconds since 1970.
    package private(set) var at: Int?

    package init() {}

    @Reactor
    package static func read(
        from connection: RedisConnection,
        keys: JobKeys
    ) async throws(RedisError) -> ProviderState {
        ProviderState(fields: try await connection.hash(keys.provider))
    }

    /// - Parameter fields: of the hash; what is not known of them is passed over.
    package init(fields: [(name: String, value: String)]) {
        for (name, value) in fields {
            switch name {
            case "requests_limit": requestsLimit = Int(value)
            case "requests_left": requestsLeft = Int(value)
            case "tokens_limit": tokensLimit = Int(value)
            case "tokens_left": tokensLeft = Int(value)
            case "wait_until_ms": waitUntil = Int(value)
            case "budget": budget = Budget(rawValue: value)
            case "at_ms": at = Int(value)
            default: break
            }
        }
    }
}
