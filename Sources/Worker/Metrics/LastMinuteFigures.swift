internal import Reactor

/// What a heartbeat shows of the last minute, and of the process. Empty where there was nothing to measure.
struct LastMinuteFigures {
    private let latencies: [(stage: JobStage, counts: LatencyCounts)]
    private let batches: BatchSums
    private let store: LatencyCounts
    private let loopDelays: LatencyCounts
    private let redisReconnects: Int
    private let memoryBytes: Int?

    @Reactor
    init(_ metrics: WorkerMetrics, _ watch: MetricsWatch, at now: ContinuousClock.Instant) {
        latencies = metrics.jobs.latencies(at: now)
        batches = metrics.embedding.batches(at: now)
        store = metrics.store.latencies(at: now)
        loopDelays = watch.loopDelays(at: now)
        redisReconnects = watch.redisReconnects
        memoryBytes = ProcessReadings.residentBytes
    }

    var fields: [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        for (stage, counts) in latencies {
            for percent in [50, 95, 99] {
                fields.append(("latency_\(stage.rawValue)_p\(percent)_us", Self.text(counts.quantile(percent))))
            }
        }
        fields += [
            ("batch_inputs_mean", mean(Double(batches.inputs))),
            ("batch_tokens_mean", mean(Double(batches.tokens))),
            ("batch_fill_percent", mean(batches.fill * 100)),
            ("store_p50_us", Self.text(store.quantile(50))),
            ("store_p99_us", Self.text(store.quantile(99))),
            ("redis_reconnects", "\(redisReconnects)"),
            ("loop_delay_p99_us", Self.text(loopDelays.quantile(99))),
            ("memory_bytes", Self.text(memoryBytes)),
        ]
        return fields
    }

    /// Of a call, to one decimal.
    private func mean(_ sum: Double) -> String {
        batches.calls == 0 ? "" : "\((sum / Double(batches.calls) * 10).rounded() / 10)"
    }

    private static func text(_ value: Int?) -> String { value.map { "\($0)" } ?? "" }
}
