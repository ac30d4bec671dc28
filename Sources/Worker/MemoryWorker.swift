package import CoreMetrics
package import Embeddings
package import JobQueue
package import Logging
package import Memory
package import Reactor
package import RedisClient
internal import ServiceLifecycle
package import Tracing
package import VectorStore

/// One worker: claims jobs of all lanes, runs them, writes their results.
///
/// A graceful shutdown stops the claiming, lets what is in flight finish until the deadline, and leaves the rest to others.
@Reactor
package final class MemoryWorker: Service {
    private let configuration: WorkerConfiguration
    private let logger: Logger
    private let parts: WorkerParts
    private var phase = WorkerHealth.Phase.starting

    /// - Parameters:
    ///   - provision: makes a declared collection that the store lacks.
    ///   - describe: what the store says of a collection, for jobs that ask for the system's figures.
    ///   - metrics: keeps what is measured, see `WorkerMetric`.
    ///   - tracer: makes spans of jobs and calls; nil where nothing is traced.
    package init(
        configuration: WorkerConfiguration,
        redis: RedisConfiguration,
        keys: JobKeys,
        catalog: CollectionCatalog,
        provider: any EmbeddingProvider,
        limits: EmbeddingLimits,
        store: any VectorStore,
        provision: @escaping @Sendable (_ collection: String) async throws(VectorStoreError) -> Void,
        describe: @escaping CollectionCensus.Describe = { _ in CollectionInformation(status: "unknown") },
        metrics: any MetricsFactory = NOOPMetricsHandler.instance,
        tracer: (any Tracer)? = nil,
        logger: Logger
    ) {
        self.configuration = configuration
        self.logger = logger
        parts = WorkerParts(
            configuration: configuration,
            redis: redis,
            keys: keys,
            catalog: catalog,
            provider: provider,
            limits: limits,
            store: store,
            provision: provision,
            describe: describe,
            metrics: WorkerMetrics(metrics),
            tracer: tracer,
            logger: logger
        )
    }

    /// As it is at this moment.
    package var health: WorkerHealth {
        let isStarting = phase == .working && parts.lease.epoch == 0
        let problems = parts.readers.values.compactMap(\.problem)
        var health = WorkerHealth(phase: isStarting ? .starting : phase)
        health.redisProblem = problems.first
        if parts.lease.isInDoubt && health.redisProblem == nil {
            health.redisProblem = parts.redisOutage.current ?? "no sign of life has reached it lately"
        }
        health.storeProblem = parts.store.problem
        health.embeddingProblem = parts.embedding.problem
        return health
    }

    package func run() async throws {
        phase = .working
        logger.info("worker_started", metadata: ["worker": "\(configuration.id)"])
        await withTaskGroup(of: Void.self) { running in
            running.addTask(executorPreference: Reactor.loop) { await self.parts.finisher.run() }
            running.addTask(executorPreference: Reactor.loop) { await self.parts.embedding.run() }
            running.addTask(executorPreference: Reactor.loop) { await self.parts.allowance.run() }
            running.addTask(executorPreference: Reactor.loop) { await self.parts.store.run() }
            running.addTask(executorPreference: Reactor.loop) { await self.parts.statistics.run() }
            running.addTask(executorPreference: Reactor.loop) { await self.parts.supervisor.guardJobs() }
            running.addTask(executorPreference: Reactor.loop) { await self.parts.watch.run() }
            await claimUntilShutdown()
            phase = .draining
            await drain()
            running.cancelAll()
        }
        // In a task of its own: a worker that is cancelled leaves what it holds to others all the same.
        let handedOver = await Task { await leave() }.value
        parts.connection.close()
        phase = .stopped
        logger.info(
            "worker_stopped",
            metadata: ["finished": "\(parts.finisher.finished)", "handed_over": "\(handedOver)"]
        )
    }

    private var inFlight: Int { parts.slots.values.reduce(0) { $0 + $1.inUse } }

    private func claimUntilShutdown() async {
        await withTaskGroup(of: Void.self) { claiming in
            for reader in parts.readers.values {
                claiming.addTask(executorPreference: Reactor.loop) { await reader.run() }
            }
            claiming.addTask(executorPreference: Reactor.loop) { await self.parts.supervisor.serveFleet() }
            // Returns on a graceful shutdown, and when this task is cancelled.
            try? await gracefulShutdown()
            claiming.cancelAll()
        }
    }

    private func drain() async {
        logger.info("worker_draining", metadata: ["in_flight": "\(inFlight)"])
        let deadline = ContinuousClock.now + configuration.drainDeadline
        while inFlight > 0 && ContinuousClock.now < deadline && !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Books what the last calls cost, and leaves what is still claimed to the other workers, all lanes at once: where
    /// Redis is away, that takes one command's time and not one for each lane. Then says goodbye, upon which they take it.
    private func leave() async -> Int {
        await withTaskGroup(of: Int?.self) { leaving in
            leaving.addTask(executorPreference: Reactor.loop) {
                await self.parts.allowance.flush()
                return nil
            }
            for lane in parts.slots.keys {
                leaving.addTask(executorPreference: Reactor.loop) { await self.leave(lane) }
            }
            leaving.addTask(executorPreference: Reactor.loop) { await self.leaveCaches() }
            var total = 0
            var isHeard = false
            while let count = await leaving.next() {
                total += count ?? 0
                isHeard = isHeard || count != nil
            }
            if isHeard { await parts.supervisor.sayGoodbye() }
            return total
        }
    }

    private func leaveCaches() async -> Int? {
        await parts.cache.finish()
        await parts.tally.write()
        return nil
    }

    /// Nil where Redis does not answer.
    private func leave(_ lane: Lane) async -> Int? {
        do throws(RedisError) {
            return try await parts.group.handOver(lane)
        } catch {
            // Emptied: there is nothing to hand over.
            guard error.serverCode != "NOGROUP" else { return 0 }
            let hint = "what this worker had claimed is taken over when its heartbeat has run out"
            parts.redisOutage.failed("\(error)", code: error.serverCode ?? "\(error.code)", hint: hint)
            return nil
        }
    }
}
