import JobQueue
import Logging
import Memory
import Ops
import Prometheus
import Reactor
import ServiceLifecycle
import Settings
import Tracing
import UnixSignals
import VectorStore
import Worker

extension Composition {
    /// Works until SIGTERM or SIGINT.
    func work(_ command: WorkerCommand) async throws(CommandFailure) {
        DescriptorLimit.raise()
        let registry = Self.registry(FleetGauges.definitions)
        let configuration = workerConfiguration(command.lanes)
        let tracing = settings.worker.isEnabled ? try tracing(of: configuration.id) : nil
        let worker = settings.worker.isEnabled ? try worker(configuration, registry, tracing?.tracer) : nil
        var services: [any Service] = []
        // Before the worker, and so stopped after it: how the draining goes can be asked to its end.
        if let server = try opsServer(worker, registry) { services.append(server) }
        // So too, with the spans of its last jobs.
        if let tracing { services.append(tracing) }
        services.append(worker ?? IdleService(logger: logger))
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services,
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        do {
            try await group.run()
        } catch {
            throw CommandFailure(.serviceUnavailable, "the worker ended: \(error)")
        }
    }

    func worker(
        _ configuration: WorkerConfiguration,
        _ registry: PrometheusRegistry,
        _ tracer: (any Tracer)?
    ) throws(CommandFailure) -> MemoryWorker {
        // One transport each, so that none waits for another's free places.
        let store = store(try transport())
        let catalog = try catalog()
        let provisioner = provisioner(store)
        return MemoryWorker(
            configuration: configuration,
            redis: redis,
            keys: keys,
            catalog: catalog,
            provider: embeddings(try transport()),
            limits: embeddingLimits,
            store: store,
            provision: { name throws(VectorStoreError) in
                for collection in catalog.collections where collection.name == name {
                    _ = try await provisioner.provision(collection)
                }
            },
            describe: describe(try transport()),
            metrics: registry,
            tracer: tracer,
            logger: logger
        )
    }

    func workerConfiguration(_ lanes: [Lane]) -> WorkerConfiguration {
        let worker = settings.worker
        var configuration = WorkerConfiguration(id: worker.uniqueID())
        configuration.slots = [
            .search: worker.slots.search, .save: worker.slots.save, .embed: worker.slots.embed,
            .bulk: worker.slots.bulk,
        ]
        if !lanes.isEmpty { configuration.slots = configuration.slots.filter { lanes.contains($0.key) } }
        configuration.claimCount = worker.readCount
        configuration.claimBytes = worker.readBytes
        configuration.blockTime = worker.blockTime
        configuration.embeddingConcurrency = settings.embeddings.concurrency
        configuration.spending = spendingLimits
        configuration.storeConcurrency = worker.storeConcurrency
        configuration.upsertPoints = settings.qdrant.upsertBatch
        configuration.queryBatch = settings.qdrant.queryBatch
        configuration.drainDeadline = worker.drainDeadline
        configuration.resultTTL = Int(worker.resultTTL / .seconds(1))
        configuration.maximumContentBytes = worker.maximumContentBytes
        configuration.maximumJSONBytes = worker.maximumMetadataBytes
        configuration.deadLettersKept = worker.deadLettersKept
        configuration.heartbeatInterval = worker.heartbeatInterval
        configuration.backoff = Backoff(
            initial: worker.retry.initialBackoff,
            maximum: max(worker.retry.initialBackoff, worker.retry.maximumBackoff)
        )
        configuration.laneLimits = laneLimits
        configuration.maximumDeliveries = worker.maximumDeliveries
        configuration.maximumAttempts = worker.retry.maximumAttempts
        configuration.attemptBackoff = Backoff(
            initial: worker.retry.initialDelay,
            maximum: max(worker.retry.initialDelay, worker.retry.maximumDelay)
        )
        configuration.commandTimeout = settings.redis.commandTimeout
        configuration.cache = cacheConfiguration
        return configuration
    }

    private var cacheConfiguration: CacheConfiguration {
        let cache = settings.cache
        var configuration = CacheConfiguration()
        configuration.memoryBytes = cache.memoryBytes
        // Redis takes whole seconds: what is shorter than one is not off.
        configuration.embeddingTTL = Int((cache.embeddingTTL / .seconds(1)).rounded(.up))
        configuration.searchTTL = Int((cache.searchTTL / .seconds(1)).rounded(.up))
        configuration.maximumAnswerBytes = cache.maximumAnswerBytes
        configuration.room = RedisRoom(percent: cache.maximumRedisPercent, bytes: cache.maximumRedisBytes)
        return configuration
    }

    var spendingLimits: SpendingLimits {
        var limits = SpendingLimits()
        limits.requestsPerMinute = settings.embeddings.requestsPerMinute
        limits.tokensPerMinute = settings.embeddings.tokensPerMinute
        limits.pricePerMillionTokens = settings.embeddings.pricePerMillionTokens.nanodollars
        limits.dailyBudget = settings.embeddings.dailyBudget.nanodollars
        limits.bulkBudgetPercent = settings.embeddings.bulkBudgetShare
        return limits
    }
}

/// What runs where `ENABLE_MEMORY` is false: healthy, and doing nothing, so that a deployment needs no second shape.
private struct IdleService: Service {
    let logger: Logger

    func run() async throws {
        logger.notice("memory_disabled", metadata: ["hint": "ENABLE_MEMORY is false: no job is taken"])
        try await gracefulShutdown()
    }
}
