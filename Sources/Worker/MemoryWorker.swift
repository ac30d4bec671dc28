package import Embeddings
package import JobQueue
package import Logging
package import Memory
package import Reactor
package import RedisClient
internal import ServiceLifecycle
package import VectorStore

/// One worker: claims jobs of all lanes, runs them, writes their results.
///
/// A graceful shutdown stops the claiming, lets what is in flight finish until the deadline, and hands the rest back.
@Reactor
package final class MemoryWorker: Service {
    private let configuration: WorkerConfiguration
    private let logger: Logger
    private let shared: RedisConnection
    private let group: ConsumerGroup
    private let slots: [Lane: LaneSlots]
    private let finisher: Finisher
    private let pipeline: JobPipeline
    private let embedding: EmbeddingStage
    private let store: StoreStage
    private let readers: [LaneReader]
    private let heartbeat: Heartbeat
    private let redisOutage: OutageLog

    /// - Parameter provision: makes a declared collection that the store lacks.
    package init(
        configuration: WorkerConfiguration,
        redis: RedisConfiguration,
        keys: JobKeys,
        catalog: CollectionCatalog,
        provider: any EmbeddingProvider,
        limits: EmbeddingLimits,
        store: any VectorStore,
        provision: @escaping @Sendable (_ collection: String) async throws(VectorStoreError) -> Void,
        logger: Logger
    ) {
        self.configuration = configuration
        self.logger = logger
        let outage = OutageLog(
            logger: logger,
            failureEvent: "redis_connection_failed",
            recoveryEvent: "redis_connection_recovered"
        )
        let shared = RedisConnection(configuration: redis, logger: logger)
        let group = ConsumerGroup(
            connection: shared,
            keys: keys,
            consumer: configuration.id,
            deadLettersKept: configuration.deadLettersKept,
            commandTimeout: configuration.commandTimeout
        )
        let slots = configuration.slots.mapValues(LaneSlots.init)
        let finisher = Finisher(
            group: group,
            keys: keys,
            configuration: configuration,
            slots: slots,
            outage: outage,
            logger: logger
        )
        let admission = Admission(catalog: catalog, maximumJSONBytes: configuration.maximumJSONBytes)
        let pipeline = JobPipeline(admission: admission, finisher: finisher)
        let embedding = EmbeddingStage(
            provider: provider,
            limits: limits,
            configuration: configuration,
            logger: logger,
            delegate: pipeline
        )
        let storeStage = StoreStage(
            store: store,
            provision: provision,
            configuration: configuration,
            logger: logger,
            delegate: pipeline
        )
        pipeline.connect(embedding: embedding, store: storeStage)
        readers = slots.map { lane, slots in
            LaneReader(
                lane: lane,
                group: group,
                connection: RedisConnection(configuration: redis, logger: logger),
                keys: keys,
                slots: slots,
                configuration: configuration,
                outage: outage,
                receive: { pipeline.receive($0, lane: lane) }
            )
        }
        let started = WallClock.milliseconds
        heartbeat = Heartbeat(
            connection: shared,
            keys: keys,
            worker: configuration.id,
            interval: configuration.heartbeatInterval,
            figures: {
                var figures = WorkerFigures(started: started, finished: finisher.finished)
                figures.inFlight = slots.mapValues(\.inUse)
                figures.embedding = embedding.statistics
                figures.embeddingProblem = embedding.problem
                figures.storeProblem = storeStage.problem
                return figures.fields
            }
        )
        redisOutage = outage
        self.shared = shared
        self.group = group
        self.slots = slots
        self.finisher = finisher
        self.pipeline = pipeline
        self.embedding = embedding
        self.store = storeStage
    }

    package func run() async throws {
        logger.info("worker_started", metadata: ["worker": "\(configuration.id)"])
        await withTaskGroup(of: Void.self) { running in
            running.addTask(executorPreference: Reactor.loop) { await self.finisher.run() }
            running.addTask(executorPreference: Reactor.loop) { await self.embedding.run() }
            running.addTask(executorPreference: Reactor.loop) { await self.store.run() }
            running.addTask(executorPreference: Reactor.loop) { await self.heartbeat.run() }
            await claimUntilShutdown()
            await drain()
            running.cancelAll()
        }
        // In a task of its own: a worker that is cancelled hands back what it holds all the same.
        let handedBack = await Task { await leave() }.value
        shared.close()
        logger.info(
            "worker_stopped",
            metadata: ["finished": "\(finisher.finished)", "handed_back": "\(handedBack)"]
        )
    }

    private var inFlight: Int { slots.values.reduce(0) { $0 + $1.inUse } }

    private func claimUntilShutdown() async {
        await withTaskGroup(of: Void.self) { claiming in
            for reader in readers {
                claiming.addTask(executorPreference: Reactor.loop) { await reader.run() }
            }
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

    /// Hands back what is still claimed, to whichever worker comes next. All at once: where Redis is away, that takes one
    /// command's time and not one for each lane.
    private func leave() async -> Int {
        await withTaskGroup(of: Int.self) { leaving in
            leaving.addTask(executorPreference: Reactor.loop) {
                await self.heartbeat.stop()
                return 0
            }
            for lane in slots.keys {
                leaving.addTask(executorPreference: Reactor.loop) { await self.leave(lane) }
            }
            var total = 0
            while let count = await leaving.next() { total += count }
            return total
        }
    }

    private func leave(_ lane: Lane) async -> Int {
        do throws(RedisError) {
            return try await group.leave(lane)
        } catch {
            // Emptied: there is nothing to hand back.
            guard error.serverCode != "NOGROUP" else { return 0 }
            let hint = "what this worker had claimed stays pending under its name until a worker of that id starts"
            redisOutage.failed("\(error)", code: error.serverCode ?? "\(error.code)", hint: hint)
            return 0
        }
    }
}
