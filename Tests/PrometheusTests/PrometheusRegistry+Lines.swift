import Prometheus

extension PrometheusRegistry {
    /// The text without what every registry says of itself.
    func lines(_ format: PrometheusFormat = .text) -> [String] {
        String(decoding: text(format), as: UTF8.self).split(separator: "\n").map(String.init)
            .filter { !$0.contains("memoir_metrics_dropped_series") }
    }

    var droppedSeries: String? {
        String(decoding: text(), as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix("memoir_metrics_dropped_series_total ") }?.split(separator: " ").last.map(String.init)
    }
}
