/// The last looks at the lanes, from which rates are reckoned.
package struct FlowWindow: Sendable {
    /// Looks that a rate spans at most, one a second.
    private static let sampleCount = 11

    private struct Sample {
        let time: ContinuousClock.Instant
        let flows: [Lane: LaneFlow]
    }

    private var samples = [Sample]()

    package init() {}

    package mutating func add(_ flows: [Lane: LaneFlow], at time: ContinuousClock.Instant = .now) {
        // A lane that has seen less than before is another one: the server was emptied, or has come back without it.
        if let last = samples.last, last.flows.contains(where: { ($0.value.added) > (flows[$0.key]?.added ?? 0) }) {
            samples.removeAll()
        }
        samples.append(Sample(time: time, flows: flows))
        if samples.count > Self.sampleCount { samples.removeFirst() }
    }

    /// nil where there is nothing yet to compare with.
    package func rates(_ lane: Lane) -> LaneRates? {
        guard samples.count > 1, let first = samples.first, let last = samples.last,
            let before = first.flows[lane], let now = last.flows[lane]
        else { return nil }
        return LaneRates(from: before, to: now, seconds: max(0.001, first.time.duration(to: last.time) / .seconds(1)))
    }
}
