/// How the metrics are written.
package enum PrometheusFormat: Sendable, Hashable {
    /// Prometheus's text format 0.0.4, which every reader understands.
    case text
    /// OpenMetrics 1.0.
    case openMetrics

    package var contentType: String {
        switch self {
        case .text: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// What a request asks for with its `Accept` header: OpenMetrics where it is named and liked at least as much as text,
    /// text in all other cases.
    package init(accept: String?) {
        let ranges = (accept ?? "").split(separator: ",").compactMap { AcceptedRange($0) }
        let openMetrics = ranges.filter(\.isOpenMetrics).map(\.quality).max() ?? 0
        let text = ranges.filter(\.isText).map(\.quality).max() ?? 0
        self = openMetrics > 0 && openMetrics >= text ? .openMetrics : .text
    }
}
