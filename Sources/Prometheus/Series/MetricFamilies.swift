/// Everything that is measured, bounded in number.
struct MetricFamilies: Sendable {
    private let maximumSeries: Int
    private var families: [String: MetricFamily] = [:]
    /// The family that a name in the text belongs to.
    private var owners: [String: String] = [:]
    private(set) var seriesCount = 0
    /// How often one more was asked for than there may be, or one that cannot be written.
    private(set) var dropped = 0

    init(maximumSeries: Int) {
        self.maximumSeries = maximumSeries
    }

    var all: [MetricFamily] { Array(families.values) }

    /// The instrument of that name and these labels. Nil where there can be none: too many, a name that is none, or one
    /// that something else is measured under.
    mutating func instrument<Kind: Instrument>(
        _ label: String,
        _ dimensions: [(String, String)],
        _ make: () -> Kind
    ) -> Kind? {
        let name = Kind.kind.family(of: label)
        guard MetricName.isValid(name), let labels = SeriesLabels.text(dimensions), owns(name, Kind.kind) else {
            return drop()
        }
        if let known = families[name]?[labels] { return known as? Kind ?? drop() }
        guard seriesCount < maximumSeries else { return drop() }
        let instrument = make()
        families[name, default: MetricFamily(name, Kind.kind)].insert(instrument, labels)
        for taken in Kind.kind.names(of: name) { owners[taken] = name }
        seriesCount += 1
        return instrument
    }

    mutating func remove(_ instrument: AnyObject) {
        for name in families.keys where families[name]?.remove(instrument) == true {
            seriesCount -= 1
        }
    }

    private func owns(_ family: String, _ kind: MetricKind) -> Bool {
        if let known = families[family] { return known.kind == kind }
        return kind.names(of: family).allSatisfy { owners[$0] == nil }
    }

    private mutating func drop<Kind>() -> Kind? {
        dropped += 1
        return nil
    }
}
