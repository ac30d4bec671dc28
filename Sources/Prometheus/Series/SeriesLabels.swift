/// The labels of a series as they stand in the text, without braces: `lane="search",stage="store"`. Sorted by name, so
/// that the order they were given in makes no difference.
enum SeriesLabels {
    /// Nil where a name is none, or stands twice.
    static func text(_ dimensions: [(String, String)]) -> [UInt8]? {
        let labels = dimensions.sorted { $0.0 < $1.0 }
        guard labels.allSatisfy({ MetricName.isValidLabel($0.0) }) else { return nil }
        guard zip(labels, labels.dropFirst()).allSatisfy({ $0.0 != $1.0 }) else { return nil }
        var text: [UInt8] = []
        for (name, value) in labels {
            if !text.isEmpty { text.append(UInt8(ascii: ",")) }
            text += name.utf8
            text += [UInt8(ascii: "="), UInt8(ascii: "\"")]
            ExpositionText.appendEscaped(value, quotes: true, to: &text)
            text.append(UInt8(ascii: "\""))
        }
        return text
    }
}
