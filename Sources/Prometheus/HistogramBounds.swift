/// The upper bounds of a histogram's buckets, rising. What is above the last is counted in a bucket of its own, `+Inf`.
package struct HistogramBounds: Sendable, Hashable {
    package let values: [Double]
    /// As they stand in the text, with `+Inf` for the last bucket: they are written many times, and rendered once.
    let texts: [[UInt8]]

    /// - Precondition: finite and rising.
    package init(_ values: [Double]) {
        precondition(values.allSatisfy(\.isFinite), "a bound that is no number: \(values)")
        precondition(zip(values, values.dropFirst()).allSatisfy { $0 < $1 }, "bounds that do not rise: \(values)")
        self.values = values
        texts = (values + [.infinity]).map { Array(ExpositionText.text(of: $0).utf8) }
    }

    /// From half a millisecond to a minute. What is promised of jobs is among them, 50 ms, 200 ms and 2 s, so that the share
    /// of those that were in time is counted and not guessed.
    package static let seconds = HistogramBounds(toAMinute)
    /// The same, and on to a day: jobs of a backfill wait for hours.
    package static let waits = HistogramBounds(toAMinute + [300, 1_800, 7_200, 86_400])
    private static let toAMinute = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60,
    ]
    /// Powers of two, to 4,096.
    package static let counts = HistogramBounds((0...12).map { Double(1 << $0) })
    /// Powers of two, from 256 bytes to 16 MiB.
    package static let bytes = HistogramBounds((8...24).map { Double(1 << $0) })
    /// Powers of four, to about a million.
    package static let tokens = HistogramBounds((0...10).map { Double(1 << ($0 * 2)) })

    /// What a metric gets of which nothing else is said.
    static func fitting(_ name: String) -> HistogramBounds {
        if name.hasSuffix("_seconds") { return .seconds }
        if name.hasSuffix("_bytes") { return .bytes }
        if name.hasSuffix("_tokens") { return .tokens }
        return .counts
    }
}
