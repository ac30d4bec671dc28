internal import CoreMetrics
internal import Synchronization

/// Counts what was recorded by the bucket it falls into.
///
/// `@unchecked Sendable`: the counts stand in memory of their own, which is set up and given back by one thread each and
/// touched through atomics in between.
final class HistogramInstrument: Instrument, RecorderHandler, TimerHandler, @unchecked Sendable {
    /// What a whole number recorded here counts.
    enum Unit: Double {
        case one = 1
        case nanoseconds = 1_000_000_000
    }

    static let kind = MetricKind.histogram

    private let bounds: HistogramBounds
    /// The bounds in the unit of whole numbers: what is at most this falls below the bound.
    private let wholeBounds: [Int64]
    private let unit: Unit
    /// Of each bucket, the last for what is above all bounds.
    private let counts: UnsafeMutableBufferPointer<Atomic<Int>>
    /// In the unit of whole numbers, so that sums of these are exact. Not a whole number itself: the nanoseconds that jobs
    /// of a long backlog have waited overflow one within minutes.
    private let sum = Atomic<Double>(0)

    init(bounds: HistogramBounds, unit: Unit) {
        self.bounds = bounds
        self.unit = unit
        wholeBounds = bounds.values.map { bound in
            // A bound of a timer is meant as a whole number of nanoseconds, which the product may miss by a hair.
            Int64((bound * unit.rawValue).rounded(unit == .one ? .down : .toNearestOrAwayFromZero))
        }
        counts = .allocate(capacity: bounds.values.count + 1)
        for index in counts.indices { counts.initializeElement(at: index, to: Atomic(0)) }
    }

    deinit {
        counts.deinitialize()
        counts.deallocate()
    }

    func recordNanoseconds(_ duration: Int64) { record(duration) }

    func record(_ value: Int64) {
        var bucket = 0
        while bucket < wholeBounds.count && value > wholeBounds[bucket] { bucket += 1 }
        counts[bucket].wrappingAdd(1, ordering: .relaxed)
        sum.add(Double(value))
    }

    func record(_ value: Double) {
        // Of which no sum would be left.
        guard value.isFinite else { return }
        var bucket = 0
        while bucket < bounds.values.count && value > bounds.values[bucket] { bucket += 1 }
        counts[bucket].wrappingAdd(1, ordering: .relaxed)
        sum.add(value * unit.rawValue)
    }

    func write(_ family: [UInt8], _ labels: [UInt8], to text: inout ExpositionText) {
        var count = 0
        for (bucket, bound) in bounds.texts.enumerated() {
            count += counts[bucket].load(ordering: .relaxed)
            text.beginBucket(family, labels, bound)
            text.endSample(count)
        }
        text.beginSample(family, "_count", labels)
        text.endSample(count)
        text.beginSample(family, "_sum", labels)
        text.endSample(sum.load(ordering: .relaxed) / unit.rawValue)
    }
}
