internal import CoreMetrics

/// What the caches were asked and held: vectors of texts, and answers of searches.
struct CacheMetrics: Sendable {
    private let embeddingHits: Counter
    private let embeddingMisses: Counter
    private let searchHits: Counter
    private let searchMisses: Counter

    init(_ factory: any MetricsFactory) {
        embeddingHits = factory.counter(.cacheHits, [("cache", "embedding")])
        embeddingMisses = factory.counter(.cacheMisses, [("cache", "embedding")])
        searchHits = factory.counter(.cacheHits, [("cache", "search")])
        searchMisses = factory.counter(.cacheMisses, [("cache", "search")])
    }

    func countText(isHit: Bool) { (isHit ? embeddingHits : embeddingMisses).increment() }

    func countSearch(isHit: Bool) { (isHit ? searchHits : searchMisses).increment() }
}
