/// `cache`: what is kept to answer the same again without asking the services.
package struct CacheSettings: Sendable, Equatable {
    /// `cache.memoryBytes`, bytes of vectors in each worker; 0 keeps none. Defaults to 64 MiB.
    package var memoryBytes = 64 << 20
    /// `cache.embeddingTTL`, duration that a vector is kept in Redis; 0 keeps none. Defaults to 30 days.
    package var embeddingTTL: Duration = .seconds(30 * 86_400)
    /// `cache.searchTTL`, duration that a search's answer is kept in Redis; 0 keeps none. Defaults to 60 s.
    package var searchTTL: Duration = .seconds(60)
    /// `cache.maximumAnswerBytes`, bytes of a search's answer. Defaults to 64 KiB.
    package var maximumAnswerBytes = 64 << 10
    /// `cache.maximumRedisPercent`, percent of Redis' `maxmemory`. Defaults to 80.
    package var maximumRedisPercent = 80
    /// `cache.maximumRedisBytes`, bytes in use by a Redis without `maxmemory`. Defaults to 2 GiB.
    package var maximumRedisBytes = 2 << 30

    package init() {}
}
