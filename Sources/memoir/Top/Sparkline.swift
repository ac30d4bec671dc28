/// A row of little bars, each for a part of a span of time.
enum Sparkline {
    private static let bars = Array("▁▂▃▄▅▆▇█")

    /// - Parameters:
    ///   - samples: what was counted at each time, in ms.
    ///   - end: in ms; the last bar ends there.
    ///   - span: in ms, of all bars together.
    /// - Returns: of each bar the mean of its samples, in relation to the highest; a space where there is none.
    static func text(_ samples: [(time: Int, value: Int)], end: Int, span: Int, columns: Int) -> String {
        guard columns > 0, span > 0 else { return "" }
        var sums = Array(repeating: (value: 0, count: 0), count: columns)
        for sample in samples where sample.time > end - span && sample.time <= end {
            let column = min(columns - 1, (sample.time - (end - span)) * columns / span)
            sums[column].value += sample.value
            sums[column].count += 1
        }
        let means = sums.map { $0.count > 0 ? Double($0.value) / Double($0.count) : nil }
        let highest = max(means.compactMap { $0 }.max() ?? 0, 1)
        return String(
            means.map { mean -> Character in
                guard let mean else { return " " }
                return bars[min(bars.count - 1, Int((mean / highest * Double(bars.count - 1)).rounded(.up)))]
            }
        )
    }
}
