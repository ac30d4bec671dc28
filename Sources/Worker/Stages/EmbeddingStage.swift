internal import Embeddings
internal import JobQueue
internal import Logging
internal import Reactor

/// Turns texts into vectors: gathers them into calls, and finds out which texts a call fails for.
@Reactor
final class EmbeddingStage {
    /// A short text that every provider embeds: what it answers tells of the provider alone.
    static let fixedText = ArraySlice("memory".utf8)

    let provider: any EmbeddingProvider
    let health: ServiceHealth
    let spending: SpendingGate
    let pool: CallPool
    weak var delegate: (any StageDelegate)?
    /// Nil where nothing is cached.
    let cache: JobCache?
    let metrics: EmbeddingMetrics
    private let tracing: JobTracing?
    var batcher: Batcher
    var statistics = EmbeddingStatistics()

    init(
        provider: any EmbeddingProvider,
        limits: EmbeddingLimits,
        configuration: WorkerConfiguration,
        cache: JobCache? = nil,
        allowance: any CallAllowance,
        metrics: EmbeddingMetrics,
        tracing: JobTracing? = nil,
        logger: Logger,
        delegate: any StageDelegate
    ) {
        self.provider = MeasuredProvider(provider: provider, metrics: metrics.calls)
        self.metrics = metrics
        self.cache = cache
        self.tracing = tracing
        self.delegate = delegate
        batcher = Batcher(limits: limits)
        pool = CallPool(concurrency: configuration.embeddingConcurrency)
        let outage = OutageLog(
            logger: logger,
            failureEvent: "embedding_generation_failed",
            recoveryEvent: "embedding_generation_recovered"
        )
        health = ServiceHealth(backoff: configuration.backoff, outage: outage, pool: pool)
        spending = SpendingGate(allowance: allowance, configuration: configuration, pool: pool, logger: logger)
    }

    var model: String { provider.model }
    /// Why nothing goes out, or not all that waits; nil while all is well.
    var problem: String? { health.problem ?? spending.problem }
    var circuit: ServiceHealth.Report { health.report }

    func submit(_ item: WorkItem) {
        if let cache { return submit(item, to: cache) }
        batcher.add(item)
        pool.wakeOne()
    }

    /// Lets go of the items that are settled: in a long outage they would gather.
    func discardSettled() { batcher.discardSettled() }

    /// Runs the pool and the look-ups until it is cancelled.
    func run() async {
        await withDiscardingTaskGroup { parts in
            parts.addTask(executorPreference: Reactor.loop) { await self.runPool() }
            if let cache {
                parts.addTask(executorPreference: Reactor.loop) { await cache.lookUp.run(found: self.found) }
                parts.addTask(executorPreference: Reactor.loop) { await cache.run() }
            }
        }
    }

    private func runPool() async { await pool.run(take: take, carryOut: embed) }

    // MARK: What goes out

    private struct Call {
        let entries: [TextEntry]
        let closing: BatchClosing
        let permit: Circuit.Permit
    }

    private func take() -> Call? {
        guard let permit = health.begin(.embed) else { return nil }
        let isLastSlot = pool.concurrency > 1 && pool.callsInFlight == pool.concurrency - 1
        let held = spending.heldLanes
        while let batch = batcher.next(
            isProbe: permit.isProbe,
            includesBulkAlone: !isLastSlot,
            without: held,
            maximumTokens: spending.largestCall
        ) {
            let entries = stillWanted(batch)
            if !entries.isEmpty { return Call(entries: entries, closing: batcher.closing, permit: permit) }
        }
        health.abandoned(permit, .embed)
        return nil
    }

    /// Drops the items that are settled, and answers those whose deadline passed while they waited.
    func stillWanted(_ batch: [TextEntry]) -> [TextEntry] {
        let now = WallClock.milliseconds
        let gone = batch.flatMap { entry in entry.removeItems { $0.isSettled || $0.isExpired(at: now) } }
        guard !gone.isEmpty else { return batch }
        batcher.finished(batch.filter(\.items.isEmpty))
        for item in gone where !item.isSettled { delegate?.expired(item) }
        return batch.filter { !$0.items.isEmpty }
    }

    private func embed(_ call: Call) async {
        var permit = call.permit
        if permit.isProbe && call.entries.contains(where: { $0.standing != .untried }) {
            // Nothing waits but what may fail on its own account: the fixed text tells how the provider is.
            let isWell = await embedsFixedText(permit)
            guard isWell, let next = health.begin(.embed) else { return batcher.putBack(call.entries) }
            permit = next
        }
        await embed(call.entries, call.closing, permit)
    }

    /// Sends the batch, and its halves where it is refused or fails on its own account.
    private func embed(_ batch: [TextEntry], _ closing: BatchClosing, _ permit: Circuit.Permit) async {
        var bisection = Bisection<TextEntry, EmbeddingError>(batch)
        while let part = bisection.next() {
            guard health.isCurrent(permit, .embed) else {
                bisection.retry(part)
                return putBack([], bisection)
            }
            var entries = stillWanted(part)
            guard !entries.isEmpty else { continue }
            guard let grant = await grant(&entries, permit) else {
                health.abandoned(permit, .embed)
                return putBack(entries, bisection)
            }
            metrics.sent(entries, part.count < batch.count ? .divided : closing, of: batcher.limits)
            if let error = await send(entries, grant, permit) {
                guard await goesOn(after: error, entries, &bisection, permit) else { return }
            } else {
                bisection.succeeded()
            }
        }
        // Where the whole batch was dropped, the permit was not used.
        health.abandoned(permit, .embed)
        await convict(bisection.culprits, permit)
    }

    /// Nil where it succeeded.
    private func send(_ entries: [TextEntry], _ grant: Grant, _ permit: Circuit.Permit) async -> EmbeddingError? {
        let accounts = CallAccounts(entries)
        for entry in entries { entry.wasSent = true }
        let began = ContinuousClock.now
        let span = tracing?.embeddingCall(entries, model: model)
        do throws(EmbeddingError) {
            let vectors = try await provider.embed(entries.map(\.text))
            span?.succeeded(tokens: vectors.tokens)
            health.succeeded(permit, .embed, began: began)
            statistics.count(texts: entries.count, tokens: vectors.tokens)
            settle(vectors, accounts, grant)
            deliver(entries, vectors)
            return nil
        } catch {
            span?.failed("\(error.code)")
            settle(error, grant.reservation)
            if error.blame == .passing || error.blame == .service { statistics.failures += 1 }
            return error
        }
    }

    // MARK: What comes of it

    private func deliver(_ batch: [TextEntry], _ vectors: EmbeddingBatch) {
        batcher.finished(batch)
        let now = WallClock.microseconds
        let estimate = max(1, batch.reduce(0) { $0 + $1.size.estimatedTokens })
        for (index, entry) in batch.enumerated() {
            let vector = vectors[index]
            cache?.keep(vector, of: entry)
            let tokens = (vectors.tokens * entry.size.estimatedTokens + estimate / 2) / estimate
            // The call was made for the first job; the others have it for nothing.
            var isCached = false
            for item in entry.items where !item.isSettled {
                item.vector = vector
                item.tokens = tokens
                item.estimatedTokens = entry.size.estimatedTokens
                item.isCached = isCached
                item.embeddedAt = now
                isCached = true
                goOn(item)
            }
        }
    }
}
