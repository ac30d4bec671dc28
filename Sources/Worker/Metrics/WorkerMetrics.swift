internal import CoreMetrics
internal import JobQueue
internal import Reactor

/// What one worker measures, by what it is of. Instruments are found once, here; the parts only record.
@Reactor
final class WorkerMetrics {
    let jobs: JobMetrics
    let embedding: EmbeddingMetrics
    let store: StoreMetrics
    let cache: CacheMetrics
    private let factory: any MetricsFactory

    nonisolated init(_ factory: any MetricsFactory = NOOPMetricsHandler.instance) {
        self.factory = factory
        jobs = JobMetrics(factory)
        embedding = EmbeddingMetrics(factory)
        store = StoreMetrics(factory)
        cache = CacheMetrics(factory)
    }

    nonisolated func lane(_ lane: Lane) -> LaneMetrics { LaneMetrics(lane, factory) }

    nonisolated func circuit(of service: String) -> Meter { factory.meter(.circuitState, [("service", service)]) }

    nonisolated var redisReconnects: Counter { factory.counter(.redisReconnects) }

    nonisolated var loopDelay: Timer { factory.timer(.loopDelay) }
}
