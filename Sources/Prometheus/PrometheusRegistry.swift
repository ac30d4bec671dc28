package import CoreMetrics
internal import Synchronization

/// Keeps what is measured through swift-metrics, and writes it as Prometheus and OpenMetrics readers want it.
///
/// Timers and recorders are histograms, in seconds where they measure time; gauges and meters are gauges. A handler is to
/// be made once and kept: making takes a lock, recording takes none. All of it may be called from any thread.
package final class PrometheusRegistry: MetricsFactory {
    /// Counts what is asked for beyond the bound on series, or under a name that cannot be.
    private static let droppedName = "memoir_metrics_dropped_series_total"

    private let help: [String: String]
    private let bounds: [String: HistogramBounds]
    private let families: Mutex<MetricFamilies>
    private let collectors = Mutex<[@Sendable () -> Void]>([])

    /// - Parameters:
    ///   - definitions: what is known of metrics beforehand. Others may be made as well.
    ///   - maximumSeries: sets of labels of all metrics together. What is asked for beyond is not kept, only counted.
    package init(definitions: [MetricDefinition] = [], maximumSeries: Int = 2_000) {
        let dropped = MetricDefinition(Self.droppedName, "Series that were asked for and are not kept.")
        help = Dictionary((definitions + [dropped]).map { ($0.name, $0.help) }) { first, _ in first }
        bounds = Dictionary(definitions.compactMap { one in one.bounds.map { (one.name, $0) } }) { first, _ in first }
        families = Mutex(MetricFamilies(maximumSeries: maximumSeries))
    }

    /// - Parameter collect: called just before each text is made, on the thread that makes it, one at a time: to set gauges
    ///   that are worth no work while nobody looks. Must not block.
    package func onCollect(_ collect: @escaping @Sendable () -> Void) {
        collectors.withLock { $0.append(collect) }
    }

    /// Everything as it stands, sorted by name and labels.
    package func text(_ format: PrometheusFormat = .text) -> [UInt8] {
        // Not two at once: collectors count on from what they said last.
        collectors.withLock { for collect in $0 { collect() } }
        let families = families.withLock { $0.all + [Self.droppedFamily($0.dropped)] }
        var text = ExpositionText(format)
        for family in families.sorted(by: { $0.name < $1.name }) where !family.series.isEmpty {
            text.write(family, help: help[family.name] ?? help[family.name + "_total"])
        }
        text.end()
        return text.bytes
    }

    /// What there is of sets of labels.
    package var seriesCount: Int { families.withLock { $0.seriesCount } }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        instrument(label, dimensions) { CounterInstrument() } ?? NOOPMetricsHandler.instance
    }

    package func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        instrument(label, dimensions) { CounterInstrument() } ?? NOOPMetricsHandler.instance
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        instrument(label, dimensions) { GaugeInstrument() } ?? NOOPMetricsHandler.instance
    }

    /// A histogram where it aggregates, a gauge where it does not.
    package func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        if !aggregate { return instrument(label, dimensions) { GaugeInstrument() } ?? NOOPMetricsHandler.instance }
        let bounds = bounds[label] ?? .fitting(label)
        return instrument(label, dimensions) { HistogramInstrument(bounds: bounds, unit: .one) }
            ?? NOOPMetricsHandler.instance
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let bounds = bounds[label] ?? .seconds
        return instrument(label, dimensions) { HistogramInstrument(bounds: bounds, unit: .nanoseconds) }
            ?? NOOPMetricsHandler.instance
    }

    package func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
    package func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

    private func instrument<Kind: Instrument>(
        _ label: String,
        _ dimensions: [(String, String)],
        _ make: () -> Kind
    ) -> Kind? {
        families.withLock { $0.instrument(label, dimensions, make) }
    }

    private func remove(_ handler: AnyObject) {
        families.withLock { $0.remove(handler) }
    }

    private static func droppedFamily(_ count: Int) -> MetricFamily {
        let counter = CounterInstrument()
        counter.increment(by: Int64(count))
        var family = MetricFamily(MetricKind.counter.family(of: droppedName), .counter)
        family.insert(counter, [])
        return family
    }
}
