internal import CoreMetrics
internal import JobQueue

/// What comes into a lane of this worker, and what it holds.
struct LaneMetrics: Sendable {
    private let claimed: Counter
    private let inFlight: Meter

    init(_ lane: Lane, _ factory: any MetricsFactory) {
        claimed = factory.counter(.jobsClaimed, [("lane", lane.rawValue)])
        inFlight = factory.meter(.jobsInFlight, [("lane", lane.rawValue)])
    }

    func took(_ count: Int) { claimed.increment(by: count) }

    func holds(_ count: Int) { inFlight.set(count) }

    static func none(_ lane: Lane) -> LaneMetrics { LaneMetrics(lane, NOOPMetricsHandler.instance) }
}
