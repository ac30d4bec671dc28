internal import CoreMetrics
internal import Reactor
internal import RedisClient

/// Copies once a second what stands in the worker into its gauges: whoever reads them does so on a thread of their own.
@Reactor
final class MetricsWatch {
    private static let interval = Duration.seconds(1)

    private let loopDelay: LoopDelayWatch
    private let connections: [RedisConnection]
    private let reconnects: Counter
    private let embedding: (stage: EmbeddingStage, circuit: Meter)
    private let store: (stage: StoreStage, circuit: Meter)
    /// Of the reconnections, those that are counted.
    private var counted = 0

    /// - Parameter connections: all that this worker has to Redis.
    init(
        _ metrics: WorkerMetrics,
        connections: [RedisConnection],
        embedding: EmbeddingStage,
        store: StoreStage
    ) {
        self.connections = connections
        loopDelay = LoopDelayWatch(metrics.loopDelay)
        reconnects = metrics.redisReconnects
        self.embedding = (embedding, metrics.circuit(of: "embeddings"))
        self.store = (store, metrics.circuit(of: "store"))
    }

    /// Since the start.
    var redisReconnects: Int { connections.reduce(0) { $0 + max(0, $1.epoch - 1) } }

    /// In microseconds, of the last minute.
    func loopDelays(at now: ContinuousClock.Instant) -> LatencyCounts { loopDelay.delays(at: now) }

    /// Watches until it is cancelled.
    func run() async {
        loopDelay.start()
        defer { loopDelay.stop() }
        while !Task.isCancelled {
            look()
            try? await Task.sleep(for: Self.interval)
        }
    }

    private func look() {
        embedding.circuit.set(embedding.stage.circuit.state.metric)
        store.circuit.set(store.stage.circuit.state.metric)
        let reconnections = redisReconnects
        reconnects.increment(by: reconnections - counted)
        counted = reconnections
    }
}

extension Circuit.State {
    fileprivate var metric: Int {
        switch self {
        case .closed: 0
        case .halfOpen: 1
        case .open: 2
        }
    }
}
