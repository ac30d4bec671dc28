internal import Glibc
internal import JobQueue

/// What a heartbeat shows.
struct WorkerFigures {
    /// Milliseconds since 1970.
    let started: Int
    let finished: Int
    var inFlight: [Lane: Int] = [:]
    var embedding = EmbeddingStatistics()
    var cache = CacheCounts()
    /// In memory.
    var cachedVectors = (vectors: 0, bytes: 0)
    var embeddingProblem: String?
    var storeProblem: String?
    var embeddingCircuit = ServiceHealth.Report()
    var storeCircuit = ServiceHealth.Report()
    var lastMinute: LastMinuteFigures?

    init(started: Int, finished: Int) {
        self.started = started
        self.finished = finished
    }

    var fields: [(name: String, value: String)] {
        var fields = [
            ("pid", "\(getpid())"),
            ("started_at", "\(started)"),
            ("seen_at", "\(WallClock.milliseconds)"),
            ("finished", "\(finished)"),
            ("embedding_calls", "\(embedding.calls)"),
            ("embedding_texts", "\(embedding.texts)"),
            ("embedding_tokens", "\(embedding.tokens)"),
            ("embedding_failures", "\(embedding.failures)"),
            ("cache_hits", "\(cache.hits)"),
            ("cache_misses", "\(cache.misses)"),
            ("cache_tokens_saved", "\(cache.tokensSaved)"),
            ("cache_search_hits", "\(cache.searchHits)"),
            ("cache_search_misses", "\(cache.searchMisses)"),
            ("cache_writes_dropped", "\(cache.writesDropped)"),
            ("cache_vectors", "\(cachedVectors.vectors)"),
            ("cache_bytes", "\(cachedVectors.bytes)"),
            ("embedding_problem", embeddingProblem ?? ""),
            ("store_problem", storeProblem ?? ""),
        ]
        for (service, circuit) in [("embedding", embeddingCircuit), ("store", storeCircuit)] {
            fields.append(("\(service)_circuit", circuit.state.rawValue))
            fields.append(("\(service)_circuit_failures", "\(circuit.failures)"))
            fields.append(("\(service)_circuit_retry_at", circuit.retryAt.map { "\($0)" } ?? ""))
        }
        for lane in Lane.allCases {
            fields.append(("in_flight:\(lane.rawValue)", "\(inFlight[lane] ?? 0)"))
        }
        return fields.map { (name: $0.0, value: $0.1) } + (lastMinute?.fields ?? [])
    }
}
