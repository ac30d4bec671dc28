internal import CoreMetrics

extension MetricsFactory {
    func counter(_ metric: WorkerMetric, _ labels: [(String, String)] = []) -> Counter {
        Counter(label: metric.name, dimensions: labels, factory: self)
    }

    func meter(_ metric: WorkerMetric, _ labels: [(String, String)] = []) -> Meter {
        Meter(label: metric.name, dimensions: labels, factory: self)
    }

    func recorder(_ metric: WorkerMetric) -> Recorder {
        Recorder(label: metric.name, factory: self)
    }

    func timer(_ metric: WorkerMetric, _ labels: [(String, String)] = []) -> Timer {
        Timer(label: metric.name, dimensions: labels, factory: self)
    }
}
