/// All series of one name.
struct MetricFamily: Sendable {
    let name: String
    let kind: MetricKind
    /// By their labels, rising.
    private(set) var series: [(labels: [UInt8], instrument: any Instrument)] = []

    init(_ name: String, _ kind: MetricKind) {
        self.name = name
        self.kind = kind
    }

    subscript(labels: [UInt8]) -> (any Instrument)? {
        let index = place(of: labels)
        return index < series.count && series[index].labels == labels ? series[index].instrument : nil
    }

    mutating func insert(_ instrument: any Instrument, _ labels: [UInt8]) {
        series.insert((labels, instrument), at: place(of: labels))
    }

    /// Whether it was here.
    mutating func remove(_ instrument: AnyObject) -> Bool {
        guard let index = series.firstIndex(where: { $0.instrument === instrument }) else { return false }
        series.remove(at: index)
        return true
    }

    /// Where these labels stand, or would.
    private func place(of labels: [UInt8]) -> Int {
        var (low, high) = (0, series.count)
        while low < high {
            let middle = (low + high) / 2
            if series[middle].labels.lexicographicallyPrecedes(labels) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}
