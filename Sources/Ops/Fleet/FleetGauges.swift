internal import CoreMetrics
internal import JobQueue
internal import Memory
package import Prometheus

/// The fleet's figures as gauges. Each worker tells them of the whole fleet: take one's, not their sum.
package final class FleetGauges: Sendable {
    /// Figures that are older say nothing of now.
    private static let lifetime = Duration.seconds(30)

    package static let definitions =
        LaneGauges.definitions + [
            MetricDefinition("memoir_delayed_jobs", "Jobs that wait for their time."),
            MetricDefinition("memoir_dead_letters", "Jobs that failed for good and were not replayed or purged."),
            MetricDefinition("memoir_workers", "Workers that show a sign of life."),
            MetricDefinition(
                "memoir_fleet_figures_age_seconds",
                "Age of the figures of the fleet. NaN: none were read."
            ),
        ]

    private let lanes: [Lane: LaneGauges]
    private let delayed: any MeterHandler
    private let dead: any MeterHandler
    private let workers: any MeterHandler
    private let age: any MeterHandler

    init(_ factory: any MetricsFactory) {
        lanes = Dictionary(uniqueKeysWithValues: Lane.allCases.map { ($0, LaneGauges($0, factory)) })
        delayed = factory.makeMeter(label: "memoir_delayed_jobs", dimensions: [])
        dead = factory.makeMeter(label: "memoir_dead_letters", dimensions: [])
        workers = factory.makeMeter(label: "memoir_workers", dimensions: [])
        age = factory.makeMeter(label: "memoir_fleet_figures_age_seconds", dimensions: [])
    }

    /// - Parameter snapshot: nil where nothing was read yet.
    func show(_ snapshot: FleetSnapshot?, at now: ContinuousClock.Instant = .now) {
        let age = snapshot?.readAt.duration(to: now)
        self.age.set(age.map { $0 / .seconds(1) } ?? .nan)
        let isFresh = age.map { $0 <= Self.lifetime } ?? false
        let memory = isFresh ? snapshot?.statistics.memory : nil
        delayed.set(memory.map { Double($0.delayed) } ?? .nan)
        dead.set(memory.map { Double($0.dead) } ?? .nan)
        workers.set(memory.map { Double($0.workers.count) } ?? .nan)
        for (lane, gauges) in lanes { gauges.show(memory?.lanes.first { $0.lane == lane }) }
    }
}
