internal import CoreMetrics
internal import Embeddings
internal import JobQueue
internal import Reactor

/// What goes to the embedding provider, and what it costs.
@Reactor
final class EmbeddingMetrics {
    let calls: EmbeddingCallMetrics
    private let inputs: Recorder
    private let tokens: Recorder
    private let closings: [BatchClosing: Counter]
    private let retries: Counter
    private let tokensSpent: Counter
    private let dollars: FloatingPointCounter
    private var batches = LastMinute<BatchSums>()

    nonisolated init(_ factory: any MetricsFactory) {
        calls = EmbeddingCallMetrics(factory)
        inputs = factory.recorder(.batchInputs)
        tokens = factory.recorder(.batchTokens)
        closings = Dictionary(
            uniqueKeysWithValues: BatchClosing.allCases.map { closing in
                (closing, factory.counter(.batches, [("closed", closing.rawValue)]))
            }
        )
        retries = factory.counter(.embeddingRetries)
        tokensSpent = factory.counter(.embeddingTokens)
        dollars = FloatingPointCounter(label: WorkerMetric.embeddingDollars.name, factory: factory)
    }

    /// A call with these texts goes out.
    func sent(_ entries: [TextEntry], _ closing: BatchClosing, of limits: EmbeddingLimits) {
        let estimate = entries.reduce(0) { $0 + $1.size.estimatedTokens }
        inputs.record(entries.count)
        tokens.record(estimate)
        closings[closing]?.increment()
        if entries.contains(where: \.wasSent) { retries.increment() }
        let fill = max(
            Double(entries.count) / Double(limits.maximumInputs),
            Double(estimate) / Double(limits.tokensToFill)
        )
        batches.current += BatchSums(calls: 1, inputs: entries.count, tokens: estimate, fill: min(1, fill))
    }

    func spent(_ spent: Spent) {
        tokensSpent.increment(by: spent.tokens)
        dollars.increment(by: Double(spent.nanodollars) / 1e9)
    }

    func batches(at now: ContinuousClock.Instant) -> BatchSums { batches.total(at: now) }
}
