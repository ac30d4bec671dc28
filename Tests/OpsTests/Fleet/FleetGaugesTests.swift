import JobQueue
import Memory
import Prometheus
import Testing

@testable import Ops

@Suite struct FleetGaugesTests {
    private let registry = PrometheusRegistry(definitions: FleetGauges.definitions)

    private func lines(_ snapshot: FleetSnapshot?, at now: ContinuousClock.Instant) -> Set<Substring> {
        FleetGauges(registry).show(snapshot, at: now)
        let lines = String(decoding: registry.text(), as: UTF8.self).split(separator: "\n")
        // However whole numbers are written.
        return Set(lines.map { $0.hasSuffix(".0") ? $0.dropLast(2) : $0 })
    }

    private func snapshot(at instant: ContinuousClock.Instant) -> FleetSnapshot {
        var memory = MemoryStatistics()
        var bulk = LaneStatistics(lane: .bulk, entries: 10, pending: 3)
        bulk.oldest = 1_500
        bulk.drain = 2_500
        var save = LaneStatistics(lane: .save, entries: 1, pending: 0)
        save.came = 1
        bulk.pausedSince = 1
        // All that stands is in work, and as much comes as leaves.
        var search = LaneStatistics(lane: .search, entries: 2, pending: 2)
        (search.came, search.left) = (50, 50)
        memory.lanes = [bulk, save, search]
        memory.dead = 7
        let statistics = SystemStatistics(
            memory: memory,
            cost: CostStatistics(),
            collections: [],
            model: SystemStatistics.Model(name: "m", dimensions: 1),
            limits: SpendingLimits(),
            rate: []
        )
        return FleetSnapshot(statistics: statistics, json: statistics.json(), time: 0, readAt: instant)
    }

    @Test func theyTellTheFiguresAndTheirAge() {
        let now = ContinuousClock.now
        let lines = lines(snapshot(at: now - .seconds(2)), at: now)
        #expect(
            lines.isSuperset(of: [
                #"memoir_lane_undelivered{lane="bulk"} 7"#, #"memoir_lane_pending{lane="bulk"} 3"#,
                #"memoir_lane_oldest_age_seconds{lane="bulk"} 1.5"#, #"memoir_lane_paused{lane="bulk"} 1"#,
                #"memoir_lane_bound{lane="bulk"} NaN"#, #"memoir_lane_undelivered{lane="embed"} NaN"#,
                #"memoir_lane_undelivered_exact{lane="bulk"} 1"#, #"memoir_lane_drain_seconds{lane="bulk"} 2.5"#,
                #"memoir_lane_drain_seconds{lane="save"} +Inf"#, #"memoir_lane_drain_seconds{lane="embed"} NaN"#,
                #"memoir_lane_drain_seconds{lane="search"} 0"#,
                "memoir_dead_letters 7", "memoir_workers 0", "memoir_fleet_figures_age_seconds 2",
            ]),
            "\(lines)"
        )
    }

    @Test func whatIsOldSaysNothingOfNow() {
        let now = ContinuousClock.now
        let old = lines(snapshot(at: now - .seconds(31)), at: now)
        #expect(
            old.isSuperset(of: [
                #"memoir_lane_undelivered{lane="bulk"} NaN"#, "memoir_dead_letters NaN",
                "memoir_fleet_figures_age_seconds 31",
            ])
        )
        #expect(lines(nil, at: now).contains("memoir_fleet_figures_age_seconds NaN"))
    }
}
