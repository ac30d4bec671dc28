/// The figures of the whole system, as docs/wire.md lists them under the job type `stats`.
public struct SystemReport: Sendable, Hashable {
    /// All of them.
    public let figures: MemoryValue

    /// The section of that name: `cache`, `collections`, `lanes`, …
    public subscript(name: String) -> MemoryValue? { figures[name] }

    /// Of embeddings and searches together, 0 to 100; nil where there were none.
    public var cacheHitRatePercent: Double? { figures["cache"]?["hit_rate_percent"]?.number }
    /// Embeddings and searches that were asked for.
    public var cacheRequests: Int { figures["cache"]?["total_requests"]?.integer ?? 0 }

    /// nil for a collection that is not declared or not there, and where Qdrant cannot be asked.
    public func pointsCount(of collection: String) -> Int? {
        figures["collections"]?[collection]?["points_count"]?.integer
    }
}
