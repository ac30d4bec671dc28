import Embeddings
import JobQueue
import Reactor
import Testing

@testable import Worker

/// The embedding stage alone, with a provider that misbehaves as the test wants.
@Reactor
final class EmbeddingRig: StageRig {
    let provider = ScriptedProvider()
    let allowance = ScriptedAllowance()
    let told = StageRecorder()
    let log = LogRecorder()
    let stage: EmbeddingStage
    private var others = 0

    /// Distinct texts, waiting and in flight.
    var textCount: Int { stage.batcher.count }

    init(maximumInputs: Int = 2_048, concurrency: Int = 4, tracing: JobTracing? = nil) {
        var configuration = Self.configuration
        configuration.embeddingConcurrency = concurrency
        stage = EmbeddingStage(
            provider: provider,
            limits: EmbeddingLimits(maximumInputs: maximumInputs),
            configuration: configuration,
            allowance: allowance,
            metrics: WorkerMetrics().embedding,
            tracing: tracing,
            logger: log.logger,
            delegate: told
        )
    }

    func runStage() async { await stage.run() }

    @discardableResult
    func submit(_ text: String, lane: Lane = .embed, attempts: Int = 0) -> WorkItem {
        let item = WorkItem.embedding(text, lane: lane, attempts: attempts)
        stage.submit(item)
        return item
    }

    /// Submits a text now and again, as a busy worker would, until the condition holds.
    func keepBusy(until what: String, _ condition: () -> Bool) async throws {
        try await told.until(what) {
            others += 1
            submit("other\(others)")
            return condition()
        }
        try await told.until("all others are embedded") { told.embedded.count { $0.hasPrefix("other") } == others }
    }
}
