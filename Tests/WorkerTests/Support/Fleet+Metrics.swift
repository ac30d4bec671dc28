import Prometheus
import Testing

extension Fleet {
    /// What a metric with these labels stands at, as the text says; nil where it is not there.
    func metric(_ name: String, _ labels: String = "") -> Double? {
        let prefix = labels.isEmpty ? "\(name) " : "\(name){\(labels)} "
        return metricLines.first { $0.hasPrefix(prefix) }.flatMap { Double($0.dropFirst(prefix.count)) }
    }

    var metricLines: [String] {
        String(decoding: registry.text(), as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
