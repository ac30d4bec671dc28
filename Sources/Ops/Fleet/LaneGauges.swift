internal import CoreMetrics
internal import JobQueue
internal import Memory
internal import Prometheus

/// What stands in one lane, as gauges. NaN stands for what is not known.
struct LaneGauges: Sendable {
    private enum Figure: String, CaseIterable {
        case undelivered = "memoir_lane_undelivered"
        case isExact = "memoir_lane_undelivered_exact"
        case pending = "memoir_lane_pending"
        case orphaned = "memoir_lane_orphaned"
        case oldestAge = "memoir_lane_oldest_age_seconds"
        case drain = "memoir_lane_drain_seconds"
        case bound = "memoir_lane_bound"
        case isPaused = "memoir_lane_paused"

        var help: String {
            switch self {
            case .undelivered: "Jobs that no worker has claimed."
            case .isExact: "1 where the undelivered jobs were counted, 0 where their number is an estimate."
            case .pending: "Jobs that are claimed and not finished."
            case .orphaned: "Of the pending jobs, those whose worker shows no sign of life."
            case .oldestAge: "Since the oldest job was added."
            case .drain:
                "Until the lane is empty at the rates of now; 0 where nothing waits. +Inf: it does not shrink. NaN: unknown."
            case .bound: "Jobs at which producers are refused. NaN: nobody has published a bound."
            case .isPaused: "1 while the lane is paused, else 0."
            }
        }

        func value(_ lane: LaneStatistics) -> Double {
            switch self {
            case .undelivered: Double(lane.undelivered)
            case .isExact: lane.isUndeliveredExact ? 1 : 0
            case .pending: Double(lane.pending)
            case .orphaned: Double(lane.orphaned)
            case .oldestAge: lane.oldest.map { Double($0) / 1_000 } ?? .nan
            case .drain:
                lane.drain.map { Double($0) / 1_000 } ?? lane.isGrowing.map { $0 ? .infinity : 0 } ?? .nan
            case .bound: lane.bound.map(Double.init) ?? .nan
            case .isPaused: lane.pausedSince == nil ? 0 : 1
            }
        }
    }

    static var definitions: [MetricDefinition] {
        Figure.allCases.map { MetricDefinition($0.rawValue, $0.help) }
    }

    private let gauges: [(figure: Figure, meter: any MeterHandler)]

    init(_ lane: Lane, _ factory: any MetricsFactory) {
        gauges = Figure.allCases.map { figure in
            (figure, factory.makeMeter(label: figure.rawValue, dimensions: [("lane", lane.rawValue)]))
        }
    }

    /// - Parameter lane: nil where nothing is known.
    func show(_ lane: LaneStatistics?) {
        for (figure, meter) in gauges { meter.set(lane.map(figure.value) ?? .nan) }
    }
}
