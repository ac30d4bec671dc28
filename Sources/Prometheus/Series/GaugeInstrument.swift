internal import CoreMetrics
internal import Synchronization

/// Stands at what was last said, which may be NaN for unknown, or infinite.
final class GaugeInstrument: Instrument, MeterHandler, RecorderHandler {
    static let kind = MetricKind.gauge

    private let value = Atomic<Double>(0)

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { self.value.store(value, ordering: .relaxed) }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    func increment(by amount: Double) { value.add(amount) }
    func decrement(by amount: Double) { value.add(-amount) }

    func write(_ family: [UInt8], _ labels: [UInt8], to text: inout ExpositionText) {
        text.beginSample(family, "", labels)
        text.endSample(value.load(ordering: .relaxed))
    }
}
