import JobQueue
import Memory
import Reactor
import Synchronization
import Testing

@testable import Ops

/// What is read for whom.
@Suite struct FleetWatchTests {
    /// Counts what is read.
    private final class Source: Sendable {
        let censuses = Mutex(0)
        let reads = Mutex(0)
        let fails = Mutex(false)

        func figures() throws(OpsError) -> SystemStatistics {
            reads.withLock { $0 += 1 }
            if fails.withLock({ $0 }) { throw OpsError(503, "redis_unavailable", "it is away") }
            return SystemStatistics(
                memory: MemoryStatistics(),
                cost: CostStatistics(),
                collections: [],
                model: SystemStatistics.Model(name: "m", dimensions: 1),
                limits: SpendingLimits(),
                rate: []
            )
        }

        func census() -> [CollectionStatistics] {
            censuses.withLock { $0 += 1 }
            return [CollectionStatistics(name: "notes", points: 7, status: "green", vectorSize: 1)]
        }
    }

    private let source = Source()

    private func watching(_ body: (FleetWatch) async throws -> Void) async throws {
        let source = source
        let watch = FleetWatch(
            read: { () async throws(OpsError) in try source.figures() },
            census: { source.census() },
            listeners: EventListeners(maximum: 1),
            version: "1"
        )
        let running = Task { @Reactor in await watch.run() }
        try await body(watch)
        running.cancel()
        await running.value
    }

    @Test(.timeLimit(.minutes(1))) func onlyWhoLooksHasPointsCounted() async throws {
        try await watching { watch in
            while watch.latest.snapshot == nil { try await Task.sleep(for: .milliseconds(5)) }
            watch.want(.loose)
            #expect(watch.latest.snapshot?.isWhole == false)
            #expect(source.censuses.withLock { $0 } == 0)
            let snapshot = try await watch.snapshot(notOlderThan: .seconds(60))
            #expect(snapshot.statistics.collections.map(\.points) == [7])
            #expect(source.censuses.withLock { $0 } == 1)
            // Another one of the same moment costs nothing.
            let reads = source.reads.withLock { $0 }
            _ = try await watch.snapshot(notOlderThan: .seconds(60))
            #expect(source.reads.withLock { $0 } == reads)
        }
    }

    @Test(.timeLimit(.minutes(1))) func whoAsksIsToldWhyThereIsNothing() async throws {
        source.fails.withLock { $0 = true }
        try await watching { watch in
            await #expect(throws: OpsError.self) { try await watch.snapshot(notOlderThan: .seconds(2)) }
            source.fails.withLock { $0 = false }
            _ = try await watch.snapshot(notOlderThan: .seconds(2))
        }
    }

    @Test(.timeLimit(.minutes(1))) func theEndKeepsNobodyWaiting() async throws {
        var ended: FleetWatch?
        try await watching { ended = $0 }
        source.fails.withLock { $0 = true }
        let watch = try #require(ended)
        _ = try? await watch.snapshot(notOlderThan: .zero)
    }
}
