/// The text under construction: lines of either format.
///
/// Sources: Prometheus's "Exposition formats", text format 0.0.4; OpenMetrics 1.0.
struct ExpositionText {
    /// Names that end so say what their numbers count, and OpenMetrics says it once more.
    private static let units = ["seconds", "bytes", "ratio"]

    private let format: PrometheusFormat
    private(set) var bytes: [UInt8] = []

    init(_ format: PrometheusFormat) {
        self.format = format
        bytes.reserveCapacity(64 << 10)
    }

    mutating func write(_ family: MetricFamily, help: String?) {
        let kind = family.kind
        // The text format names the sample, OpenMetrics the family.
        let name = kind == .counter && format == .text ? family.name + "_total" : family.name
        if let help {
            append("# HELP \(name) ")
            Self.appendEscaped(help, quotes: format == .openMetrics, to: &bytes)
            append("\n")
        }
        append("# TYPE \(name) \(kind.rawValue)\n")
        if format == .openMetrics, let unit = Self.units.first(where: { family.name.hasSuffix("_" + $0) }) {
            append("# UNIT \(name) \(unit)\n")
        }
        for (labels, instrument) in family.series { instrument.write(family.name, labels, to: &self) }
    }

    mutating func end() {
        if format == .openMetrics { append("# EOF\n") }
    }

    mutating func beginSample(_ family: String, _ suffix: String, _ labels: [UInt8]) {
        append(family)
        append(suffix)
        if !labels.isEmpty {
            bytes.append(UInt8(ascii: "{"))
            bytes += labels
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: " "))
    }

    mutating func beginBucket(_ family: String, _ labels: [UInt8], _ bound: Double) {
        append(family)
        append("_bucket{")
        if !labels.isEmpty {
            bytes += labels
            bytes.append(UInt8(ascii: ","))
        }
        append("le=\"")
        append(bound)
        append("\"} ")
    }

    mutating func endSample(_ value: Int) {
        append(String(value))
        bytes.append(UInt8(ascii: "\n"))
    }

    mutating func endSample(_ value: Double) {
        append(value)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// - Parameter quotes: whether quotes are escaped too.
    static func appendEscaped(_ text: String, quotes: Bool, to bytes: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\n"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "\\")]
            case UInt8(ascii: "\"") where quotes: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "\"")]
            default: bytes.append(byte)
            }
        }
    }

    private mutating func append(_ value: Double) {
        if value.isNaN {
            append("NaN")
        } else if value.isInfinite {
            append(value > 0 ? "+Inf" : "-Inf")
        } else {
            append(value.description)
        }
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }
}
