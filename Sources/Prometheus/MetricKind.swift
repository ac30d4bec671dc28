/// What a metric is: how its samples are named, and what may be asked of them.
enum MetricKind: String {
    case counter
    case gauge
    case histogram

    /// What the family of a metric is called that is asked for under this name: a counter's `_total` belongs to its
    /// sample.
    func family(of name: String) -> String {
        self == .counter && name.hasSuffix("_total") ? String(name.dropLast("_total".count)) : name
    }

    /// All names that a family stands under in the text. No two families may share one.
    func names(of family: String) -> [String] {
        switch self {
        case .counter: [family, family + "_total", family + "_created"]
        case .gauge: [family]
        case .histogram: ["", "_bucket", "_count", "_sum", "_created"].map { family + $0 }
        }
    }
}
