/// What the caches have spared, as all workers have counted it since the counters were last reset.
package struct CacheStatistics: Sendable, Equatable {
    package struct Share: Sendable, Equatable {
        package var hits = 0
        package var misses = 0

        package var requests: Int { hits + misses }
        /// nil where nobody has asked.
        package var hitRatePercent: Double? {
            requests > 0 ? 100 * Double(hits) / Double(requests) : nil
        }
    }

    /// Texts that jobs wanted embedded.
    package var embedding = Share()
    /// Searches.
    package var search = Share()
    /// Tokens of the texts that were not sent to the provider.
    package var tokensSaved = 0

    package var total: Share {
        Share(hits: embedding.hits + search.hits, misses: embedding.misses + search.misses)
    }

    package init() {}

    /// - Parameter counters: of the hash `stats`.
    init(_ counters: [(name: String, value: Int)]) {
        for (name, counter) in counters {
            // Anybody may write to the hash: no sum of two overflows.
            let value = max(0, min(counter, .max / 4))
            switch name {
            case "cache:embedding:hits": embedding.hits = value
            case "cache:embedding:misses": embedding.misses = value
            case "cache:embedding:tokens_saved": tokensSaved = value
            case "cache:search:hits": search.hits = value
            case "cache:search:misses": search.misses = value
            default: break
            }
        }
    }
}
