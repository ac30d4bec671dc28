internal import Embeddings
internal import JobQueue
internal import Reactor
internal import RedisClient

/// A worker's caches: vectors in memory and in Redis, and answers of searches in Redis.
@Reactor
final class JobCache {
    private let configuration: CacheConfiguration
    private let keys: JobKeys
    private let embeddingKeys: EmbeddingKeys
    private var memory: EmbeddingMemory
    let lookUp: CacheLookUp
    let room: CacheRoom
    private let writer: CacheWriter
    private var counts = CacheCounts()
    private let metrics: CacheMetrics
    private var changes: RecentChanges

    /// - Parameters:
    ///   - connection: shared by all that does not block.
    ///   - writes: for what is written to the caches.
    init(
        configuration: CacheConfiguration,
        keys: JobKeys,
        model: String,
        dimensions: Int,
        connection: RedisConnection,
        writes: RedisConnection,
        metrics: CacheMetrics
    ) {
        self.metrics = metrics
        self.configuration = configuration
        self.keys = keys
        changes = RecentChanges(window: configuration.changeWindow)
        embeddingKeys = EmbeddingKeys(model: model, dimensions: dimensions)
        memory = EmbeddingMemory(maximumBytes: configuration.memoryBytes)
        room = CacheRoom(bounds: configuration.room)
        writer = CacheWriter(connection: writes, keys: keys, configuration: configuration, room: room)
        lookUp = CacheLookUp(
            connection: connection,
            keys: keys,
            asksForVectors: configuration.sharesEmbeddings,
            dimensions: dimensions
        )
    }

    var statistics: CacheCounts {
        var statistics = counts
        statistics.writesDropped = writer.dropped
        return statistics
    }

    /// Vectors in memory, and the bytes that they take.
    var held: (vectors: Int, bytes: Int) { (memory.count, memory.bytes) }

    /// Writes until it is cancelled.
    func run() async { await writer.run() }

    /// To be called when nothing more is kept.
    func finish() async { await writer.finish() }

    // MARK: Vectors

    /// Nil where nothing is kept under it.
    func key(of item: WorkItem) -> EmbeddingKey? {
        let needsKey = configuration.keepsEmbeddings || (configuration.keepsAnswers && item.isSearch)
        return needsKey ? embeddingKeys.key(of: item.job.text) : nil
    }

    func vector(_ key: EmbeddingKey) -> ArraySlice<Float>? { memory.vector(key) }

    /// Whether Redis is to be asked for the text before it is sent to the provider.
    func asks(for item: WorkItem) -> Bool { configuration.sharesEmbeddings || item.awaitsAnswer }

    /// Keeps what the provider made.
    ///
    /// - Parameter vector: a slice of a batch is fine: what is kept is a copy.
    func keep(_ vector: ArraySlice<Float>, of entry: TextEntry) {
        guard let key = entry.key, configuration.keepsEmbeddings else { return }
        let vector = Array(vector)
        if keepsInMemory(entry) { memory.keep(vector, as: key) }
        if configuration.sharesEmbeddings { writer.keep(.vector(vector, key)) }
    }

    /// Keeps what was found in Redis.
    func keepInMemory(_ vector: [Float], of entry: TextEntry) {
        guard let key = entry.key, keepsInMemory(entry) else { return }
        memory.keep(vector, as: key)
    }

    /// Of a backfill nothing is kept in memory: it would push out what agents ask for again and again.
    private func keepsInMemory(_ entry: TextEntry) -> Bool {
        configuration.memoryBytes > 0 && entry.priority < Lane.bulk.priority
    }

    /// The job goes on with its vector.
    func count(_ item: WorkItem) {
        if item.isCached {
            countHit(item)
        } else {
            counts.misses += 1
            metrics.countText(isHit: false)
        }
    }

    /// A save that was answered with another one, which says the same.
    func countTwin(of item: WorkItem) { countHit(item) }

    private func countHit(_ item: WorkItem) {
        counts.hits += 1
        counts.tokensSaved += item.estimatedTokens
        metrics.countText(isHit: true)
    }

    // MARK: Answers

    /// A save or a forget was answered.
    func changed(_ collection: String) { changes.changed(collection, at: .now) }

    /// What the answer is to be looked up by; nil where it is not.
    func ticket(for item: WorkItem, _ key: EmbeddingKey) -> SearchTicket? {
        guard configuration.keepsAnswers, case .search(let filter) = item.action,
            !changes.areMany(item.collection, at: .now)
        else { return nil }
        return SearchTicket(item.job, filter: filter, text: key, prefix: keys.cachedSearchPrefix)
    }

    func countSearch(isHit: Bool) {
        if isHit { counts.searchHits += 1 } else { counts.searchMisses += 1 }
        metrics.countSearch(isHit: isHit)
    }

    /// - Parameter result: JSON.
    func keep(answer result: ArraySlice<UInt8>, as ticket: SearchTicket) {
        guard result.count <= configuration.maximumAnswerBytes, let entry = ticket.entry(result) else { return }
        writer.keep(.answer(entry, key: ticket.key))
    }
}
