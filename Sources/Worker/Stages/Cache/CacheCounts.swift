/// What the caches have done since the start.
struct CacheCounts: Sendable, Equatable {
    /// Texts that a job wanted and got without an embedding call of its own: from memory, from Redis, or from the call of
    /// another job.
    var hits = 0
    /// Texts that were sent to the provider for a job.
    var misses = 0
    /// Of the hits, as estimated.
    var tokensSaved = 0
    var searchHits = 0
    var searchMisses = 0
    /// Vectors and answers that were not written to Redis: there was no room, or too much to be written already.
    var writesDropped = 0

    /// Those that the whole fleet counts together, by their names in the hash of counters.
    var counters: [(name: StaticString, value: Int)] {
        [
            ("cache:embedding:hits", hits), ("cache:embedding:misses", misses),
            ("cache:embedding:tokens_saved", tokensSaved),
            ("cache:search:hits", searchHits), ("cache:search:misses", searchMisses),
        ]
    }
}
