import Reactor
import Testing
import VectorStore

@testable import Worker

/// The store stage alone, with a store that misbehaves as the test wants.
@Reactor
final class StoreRig: StageRig {
    let store = ScriptedStore()
    let told = StageRecorder()
    let log = LogRecorder()
    let stage: StoreStage
    private var others: UInt64 = 0

    var isIdle: Bool { stage.queue.isEmpty && stage.pool.callsInFlight == 0 }

    init(concurrency: Int = 4, tracing: JobTracing? = nil) {
        var configuration = Self.configuration
        configuration.storeConcurrency = concurrency
        stage = StoreStage(
            store: store,
            provision: { _ in },
            configuration: configuration,
            metrics: WorkerMetrics().store,
            tracing: tracing,
            logger: log.logger,
            delegate: told
        )
    }

    func runStage() async { await stage.run() }

    @discardableResult
    func save(_ id: String, point: UInt64, in collection: String = "c") -> WorkItem {
        let item = WorkItem.saving(id, point: point, in: collection)
        stage.submit(item)
        return item
    }

    /// Saves a point now and again, as a busy worker would, until the condition holds.
    func keepBusy(in collection: String = "c", until what: String, _ condition: () -> Bool) async throws {
        try await told.until(what) {
            others += 1
            save("other\(others)", point: 1_000 + others, in: collection)
            return condition()
        }
        try await told.until("all others are stored") {
            told.succeeded.count { $0.hasPrefix("other") } == others
        }
    }
}
