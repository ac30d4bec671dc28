import JobQueue
import Memory
import Testing

@testable import Ops

@Suite struct FleetSnapshotTests {
    @Test func membersAreFoundAsTheyStand() {
        let statistics = SystemStatistics(
            memory: MemoryStatistics(),
            cost: CostStatistics(),
            collections: [],
            model: SystemStatistics.Model(name: "lanes", dimensions: 1),
            limits: SpendingLimits(),
            rate: []
        )
        let snapshot = FleetSnapshot(statistics: statistics, json: statistics.json(), time: 0, readAt: .now)
        #expect(snapshot.member("lanes").map { String(decoding: $0, as: UTF8.self) } == "{}")
        #expect(snapshot.member("workers").map { String(decoding: $0, as: UTF8.self) } == "[]")
        #expect(snapshot.member("nothing") == nil)
    }
}
