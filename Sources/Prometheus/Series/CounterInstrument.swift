internal import CoreMetrics
internal import Synchronization

/// Only grows. Whole amounts and others are summed apart, so that counting jobs is one addition.
final class CounterInstrument: Instrument, CounterHandler, FloatingPointCounterHandler {
    static let kind = MetricKind.counter

    private let whole = Atomic<Int>(0)
    private let parts = Atomic<Double>(0)

    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        whole.wrappingAdd(Int(amount), ordering: .relaxed)
    }

    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        parts.add(amount)
    }

    func reset() {
        whole.store(0, ordering: .relaxed)
        parts.store(0, ordering: .relaxed)
    }

    func write(_ family: [UInt8], _ labels: [UInt8], to text: inout ExpositionText) {
        let (whole, parts) = (whole.load(ordering: .relaxed), parts.load(ordering: .relaxed))
        text.beginSample(family, "_total", labels)
        if parts == 0 {
            text.endSample(whole)
        } else {
            text.endSample(Double(whole) + parts)
        }
    }
}
