/// The text under construction: lines of either format.
///
/// Sources: Prometheus's "Exposition formats", text format 0.0.4; OpenMetrics 1.0.
struct ExpositionText {
    /// Names that end so say what their numbers count, and OpenMetrics says it once more.
    private static let units = ["seconds", "bytes", "ratio"]
    private static let largestWhole = 1e15

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
            bytes.append(UInt8(ascii: "\n"))
        }
        append("# TYPE \(name) \(kind.rawValue)\n")
        if format == .openMetrics, let unit = Self.units.first(where: { family.name.hasSuffix("_" + $0) }) {
            append("# UNIT \(name) \(unit)\n")
        }
        let bytes = Array(family.name.utf8)
        for (labels, instrument) in family.series { instrument.write(bytes, labels, to: &self) }
    }

    mutating func end() {
        if format == .openMetrics { append("# EOF\n") }
    }

    mutating func beginSample(_ family: [UInt8], _ suffix: StaticString, _ labels: [UInt8]) {
        bytes += family
        append(suffix)
        if !labels.isEmpty {
            bytes.append(UInt8(ascii: "{"))
            bytes += labels
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: " "))
    }

    /// - Parameter bound: as it stands in the text.
    mutating func beginBucket(_ family: [UInt8], _ labels: [UInt8], _ bound: [UInt8]) {
        bytes += family
        append("_bucket{" as StaticString)
        if !labels.isEmpty {
            bytes += labels
            bytes.append(UInt8(ascii: ","))
        }
        append("le=\"" as StaticString)
        bytes += bound
        append("\"} " as StaticString)
    }

    mutating func endSample(_ value: Int) {
        append(String(value))
        bytes.append(UInt8(ascii: "\n"))
    }

    mutating func endSample(_ value: Double) {
        // As people write them; a bucket's bound keeps its point, by which readers tell series apart.
        if value == value.rounded(), abs(value) < Self.largestWhole { return endSample(Int(value)) }
        append(Self.text(of: value))
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

    static func text(of value: Double) -> String {
        if value.isNaN { return "NaN" }
        guard value.isInfinite else { return value.description }
        return value > 0 ? "+Inf" : "-Inf"
    }

    private mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }
}
