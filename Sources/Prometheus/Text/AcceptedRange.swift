/// One media range of an `Accept` header (RFC 9110, section 12.5.1).
struct AcceptedRange {
    private let type: String
    private let version: String?
    /// From 0, not acceptable, to 1.
    let quality: Double

    /// Nil where it is none, or its quality is no number from 0 to 1.
    init?(_ text: Substring) {
        var parts = text.split(separator: ";").map { Self.trimmed($0).lowercased() }
        guard let type = parts.first, type.contains("/") else { return nil }
        self.type = type
        parts.removeFirst()
        var (version, quality): (String?, Double) = (nil, 1)
        for part in parts {
            let pair = part.split(separator: "=", maxSplits: 1).map(Self.trimmed)
            guard pair.count == 2 else { continue }
            if pair[0] == "version" { version = pair[1].filter { $0 != "\"" } }
            if pair[0] == "q" {
                guard let value = Double(pair[1]), (0...1).contains(value) else { return nil }
                quality = value
            }
        }
        self.version = version
        self.quality = quality
    }

    var isOpenMetrics: Bool {
        type == "application/openmetrics-text" && (version == nil || version == "1.0.0" || version == "0.0.1")
    }

    /// Prometheus names a version 1.0.0 of the text format, which only differs in names that we do not write.
    var isText: Bool { type == "text/plain" && (version == nil || version == "0.0.4" || version == "1.0.0") }

    private static func trimmed(_ text: some StringProtocol) -> String {
        String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
