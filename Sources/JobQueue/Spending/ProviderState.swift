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

    @Reactor
    package static func read(
        from connection: RedisConnection,
        keys: JobKeys
    ) async throws(RedisError) -> ProviderState {
        var state = ProviderState()
        for (name, value) in try await connection.hash(keys.provider) {
            switch name {
            case "requests_limit": state.requestsLimit = Int(value)
            case "requests_left": state.requestsLeft = Int(value)
            case "tokens_limit": state.tokensLimit = Int(value)
            case "tokens_left": state.tokensLeft = Int(value)
            case "wait_until_ms": state.waitUntil = Int(value)
            case "budget": state.budget = Budget(rawValue: value)
            case "at_ms": state.at = Int(value)
            default: break
            }
        }
        return state
    }
}
