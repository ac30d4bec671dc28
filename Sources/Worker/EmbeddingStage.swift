internal import Embeddings
internal import JobQueue
internal import Logging
internal import Reactor

/// A pool of tasks, one for each call that may be out at once, that turn texts into vectors.
@Reactor
final class EmbeddingStage {
    private let provider: any EmbeddingProvider
    private let concurrency: Int
    private let outage: OutageLog
    private weak var delegate: (any StageDelegate)?

    private var batcher: Batcher
    private var gate: ServiceGate
    private let idle = IdleWorkers()
    private var callsInFlight = 0
    private(set) var statistics = EmbeddingStatistics()

    init(
        provider: any EmbeddingProvider,
        limits: EmbeddingLimits,
        configuration: WorkerConfiguration,
        logger: Logger,
        delegate: any StageDelegate
    ) {
        self.provider = provider
        self.delegate = delegate
        concurrency = configuration.embeddingConcurrency
        batcher = Batcher(limits: limits)
        gate = ServiceGate(backoff: configuration.backoff)
        outage = OutageLog(
            logger: logger,
            failureEvent: "embedding_generation_failed",
            recoveryEvent: "embedding_generation_recovered"
        )
    }

    var model: String { provider.model }
    /// Why nothing goes out, nil while all is well.
    var problem: String? { outage.current }

    func submit(_ item: WorkItem) {
        batcher.add(item)
        idle.wakeOne()
    }

    /// Lets go of the items that are settled: in a long outage they would gather.
    func discardSettled() {}

    /// Runs the pool until it is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            for _ in 0..<concurrency {
                group.addTask(executorPreference: Reactor.loop) { await self.work() }
            }
        }
    }

    private func work() async {
        while !Task.isCancelled {
            guard gate.begin(at: .now) else {
                await idle.wait()
                continue
            }
            let isLastSlot = concurrency > 1 && callsInFlight == concurrency - 1
            guard let taken = batcher.next(includesBulkAlone: !isLastSlot) else {
                gate.abandoned()
                await idle.wait()
                continue
            }
            let batch = withoutExpired(taken)
            guard !batch.isEmpty else {
                gate.abandoned()
                continue
            }
            callsInFlight += 1
            // There may be more than fits one call.
            idle.wakeOne()
            await embed(batch)
            callsInFlight -= 1
        }
    }

    /// Answers the jobs whose deadline passed while they waited. Texts that nobody wants any more are dropped.
    private func withoutExpired(_ batch: [TextEntry]) -> [TextEntry] {
        let now = WallClock.milliseconds
        let expired = batch.flatMap { entry in entry.removeItems { $0.isExpired(at: now) } }
        guard !expired.isEmpty else { return batch }
        batcher.finished(batch.filter(\.items.isEmpty))
        for item in expired { delegate?.expired(item) }
        return batch.filter { !$0.items.isEmpty }
    }

    /// Embeds the batch; halves it where one of its texts is refused, until the culprit stands alone.
    private func embed(_ batch: [TextEntry]) async {
        do throws(EmbeddingError) {
            let vectors = try await provider.embed(batch.map(\.text))
            serviceAnswered()
            statistics.count(texts: batch.count, tokens: vectors.tokens)
            deliver(batch, vectors)
        } catch {
            switch error.code {
            case .invalidInput where batch.count > 1:
                serviceAnswered()
                await embed(Array(batch[..<(batch.count / 2)]))
                await embed(Array(batch[(batch.count / 2)...]))
            case .invalidInput:
                serviceAnswered()
                refuse(batch, error)
            case .cancelled:
                gate.abandoned()
                batcher.putBack(batch)
            default:
                serviceFailed(batch, error)
            }
        }
    }

    private func deliver(_ batch: [TextEntry], _ vectors: EmbeddingBatch) {
        batcher.finished(batch)
        let now = WallClock.microseconds
        let estimate = max(1, batch.reduce(0) { $0 + $1.size.estimatedTokens })
        for (index, entry) in batch.enumerated() {
            let vector = vectors[index]
            let tokens = (vectors.tokens * entry.size.estimatedTokens + estimate / 2) / estimate
            for item in entry.items {
                item.vector = vector
                item.tokens = tokens
                item.embeddedAt = now
                delegate?.embedded(item)
            }
        }
    }

    private func refuse(_ batch: [TextEntry], _ error: EmbeddingError) {
        batcher.finished(batch)
        for item in batch.flatMap(\.items) {
            let field = item.job.type == .search ? "query" : "content"
            delegate?.failed(
                item,
                JobError(
                    code: "embedding_refused",
                    message: "\(field): the embedding provider refused it: \(error.message)",
                    isRetryable: false
                )
            )
        }
    }

    private func serviceAnswered() {
        guard gate.succeeded() else { return }
        outage.recovered()
        idle.wakeAll()
    }

    private func serviceFailed(_ batch: [TextEntry], _ error: EmbeddingError) {
        statistics.failures += 1
        outage.failed(error.message, code: "\(error.code)", hint: Self.hint(error.code))
        let now = WallClock.milliseconds
        let expired = batch.flatMap { entry in entry.removeItems { $0.isExpired(at: now) } }
        batcher.putBack(batch)
        for item in expired { delegate?.expired(item) }
        let retryAt = gate.failed(at: .now, retryAfter: error.retryAfter)
        Reactor.loop.schedule(at: retryAt) { [idle] in idle.wakeOne() }
    }

    private static func hint(_ code: EmbeddingError.Code) -> String {
        switch code {
        case .invalidKey: "set OPENAI_API_KEY to a valid key; jobs wait meanwhile"
        case .quotaExhausted: "raise the provider's quota or budget; jobs wait meanwhile"
        case .misconfigured: "check OPENAI_BASE_URL, EMBEDDING_MODEL and EMBEDDING_DIMENSIONS; jobs wait meanwhile"
        default: "check that the provider at OPENAI_BASE_URL answers; tried again by itself"
        }
    }
}
