import Reactor
import Testing
import VectorStore

@testable import Worker

@Reactor
@Suite("WriteBounds", .timeLimit(.minutes(1)))
struct WriteBoundsTests {
    nonisolated private static let start = ContinuousClock.now

    struct Case: Sendable {
        let concurrency: Int
        /// Since the last search; nil where there was none.
        let quiet: Duration?
        let calls: Int
        let points: Int
    }

    @Test(
        "Writes leave a call to searches, and are fewer and smaller while searches come",
        arguments: [
            Case(concurrency: 4, quiet: nil, calls: 3, points: 256),
            Case(concurrency: 4, quiet: .zero, calls: 1, points: 64),
            Case(concurrency: 4, quiet: .milliseconds(999), calls: 1, points: 64),
            Case(concurrency: 4, quiet: .seconds(1), calls: 3, points: 256),
            Case(concurrency: 16, quiet: .zero, calls: 4, points: 64),
            Case(concurrency: 1, quiet: nil, calls: 1, points: 256),
            Case(concurrency: 1, quiet: .zero, calls: 1, points: 64),
        ]
    )
    func bounds(_ each: Case) {
        var bounds = WriteBounds(concurrency: each.concurrency, upsertPoints: 256)
        if each.quiet != nil { bounds.searchCame(at: Self.start) }
        let now = Self.start + (each.quiet ?? .zero)
        #expect(bounds.calls(at: now) == each.calls)
        #expect(bounds.points(at: now) == each.points)
    }

    @Test("An upsert that is configured to be small stays so")
    func smallUpserts() {
        var bounds = WriteBounds(concurrency: 4, upsertPoints: 10)
        bounds.searchCame(at: Self.start)
        #expect(bounds.points(at: Self.start) == 10)
    }

    @Test("While searches come, writes rest for twice as long as they take, within a bound")
    func rests() {
        var bounds = WriteBounds(concurrency: 4, upsertPoints: 256)
        let unhindered = bounds.wrote(64, for: .milliseconds(10), at: Self.start)
        #expect(unhindered == nil)
        #expect(bounds.calls(at: Self.start) == 3)
        bounds.searchCame(at: Self.start)
        let next = bounds.wrote(64, for: .milliseconds(10), at: Self.start)
        #expect(next == Self.start + .milliseconds(20))
        #expect(bounds.calls(at: Self.start + .microseconds(19_999)) == 0)
        #expect(bounds.calls(at: Self.start + .milliseconds(20)) == 1)
        let late = bounds.wrote(64, for: .seconds(30), at: Self.start)
        #expect(late == Self.start + WriteBounds.longestRest)
    }

    @Test(
        "While searches come, a write carries what a store takes in some milliseconds",
        arguments: [
            (64, Duration.milliseconds(32), 16), (64, .milliseconds(1), 64), (64, .seconds(3), 8),
            (16, .milliseconds(8), 16),
            (7, .seconds(3), 64),
        ]
    )
    func slowStores(_ points: Int, _ duration: Duration, _ next: Int) {
        var bounds = WriteBounds(concurrency: 4, upsertPoints: 256)
        _ = bounds.wrote(points, for: .seconds(9), at: Self.start)
        bounds.searchCame(at: Self.start)
        #expect(bounds.points(at: Self.start) == 64)
        _ = bounds.wrote(points, for: duration, at: Self.start)
        #expect(bounds.points(at: Self.start) == next)
        #expect(bounds.points(at: Self.start + .seconds(1)) == 256)
    }

    /// Writes take the way there and back twice, and so long for each point.
    private func settled(way: Duration, perPoint: Duration) -> Int {
        var bounds = WriteBounds(concurrency: 4, upsertPoints: 256)
        var now = Self.start
        for _ in 0..<200 {
            bounds.searchCame(at: now)
            bounds.queried(for: way + .milliseconds(1), at: now)
            let points = bounds.points(at: now)
            let duration = way * 2 + perPoint * points
            now += duration
            _ = bounds.wrote(points, for: duration, at: now)
        }
        return bounds.points(at: now)
    }

    @Test(
        "A store that is far away is no slow one: writes to it stay large",
        arguments: [
            (Duration.zero, Duration.microseconds(500), 15...16), (.milliseconds(2), .microseconds(50), 64...64),
            (.milliseconds(6), .microseconds(50), 32...64), (.milliseconds(10), .microseconds(50), 32...64),
            (.milliseconds(30), .microseconds(20), 32...64), (.milliseconds(30), .milliseconds(2), 8...8),
        ]
    )
    func farStores(_ way: Duration, _ perPoint: Duration, _ points: ClosedRange<Int>) {
        #expect(points.contains(settled(way: way, perPoint: perPoint)))
    }

    @Test("A store that has come nearer is taken for near again")
    func nearer() {
        var bounds = WriteBounds(concurrency: 4, upsertPoints: 256)
        var now = Self.start
        bounds.queried(for: .milliseconds(1), at: now)
        // The quick one is forgotten, and the store is far.
        for _ in 0..<3 {
            now += WriteBounds.memoryOfQueries
            bounds.queried(for: .milliseconds(34), at: now)
        }
        bounds.searchCame(at: now)
        _ = bounds.wrote(64, for: .milliseconds(64), at: now)
        #expect(bounds.points(at: now) == 64)
        bounds.queried(for: .milliseconds(2), at: now)
        for _ in 0..<20 { _ = bounds.wrote(64, for: .milliseconds(64), at: now) }
        #expect(bounds.points(at: now) == 8)
    }

    @Test("One slow write among fast ones does not decide alone")
    func smoothed() {
        var bounds = WriteBounds(concurrency: 4, upsertPoints: 256)
        bounds.searchCame(at: Self.start)
        for _ in 0..<3 { _ = bounds.wrote(32, for: .milliseconds(8), at: Self.start) }
        _ = bounds.wrote(32, for: .milliseconds(32), at: Self.start)
        #expect(bounds.points(at: Self.start) == 18)
    }

    @Test("A search is answered while a store takes for ever to write")
    func searchesPass() async throws {
        let rig = StoreRig()
        let gate = Turnstile()
        gate.holds = { _ in true }
        rig.store.script = { call in
            if call.kind == .upsert { await gate.pass([]) }
            return nil
        }
        for index in 0..<1_000 { rig.save("v\(index)", point: UInt64(index)) }
        try await rig.run {
            try await rig.told.until("as much is being written as may be") { rig.store.calls(.upsert).count == 3 }
            rig.stage.submit(.searching("s"))
            try await rig.told.until("the search is answered") { rig.told.succeeded == ["s"] }
            #expect(rig.store.calls(.upsert).map(\.points.count) == [256, 256, 256])
            gate.holds = { _ in false }
            try await rig.told.until("all is written") { rig.told.succeeded.count == 1_001 }
        }
    }
}
