import Prometheus
import Worker

extension Composition {
    /// Keeps what a worker measures, and knows what all of it means.
    ///
    /// - Parameter definitions: of what others measure beside the worker.
    static func registry(_ definitions: [MetricDefinition] = []) -> PrometheusRegistry {
        let registry = PrometheusRegistry(
            definitions: WorkerMetric.allCases.map(\.definition) + definitions
        )
        let process = ProcessMetrics(registry, version: Version.text)
        registry.onCollect { process.collect() }
        return registry
    }
}

extension WorkerMetric {
    fileprivate var definition: MetricDefinition {
        switch self {
        case .jobStage: MetricDefinition(name, help, bounds: .waits)
        default: MetricDefinition(name, help)
        }
    }
}
