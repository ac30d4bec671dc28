internal import Embeddings
internal import JobQueue
internal import Logging
internal import Memory
internal import Reactor
internal import RedisClient
internal import Tracing
internal import VectorStore

/// What a worker is made of, put together.
@Reactor
struct WorkerParts {
    let connection: RedisConnection
    let group: ConsumerGroup
    let slots: [Lane: LaneSlots]
    let finisher: Finisher
    let pipeline: JobPipeline
    let embedding: EmbeddingStage
    let cache: JobCache
    let tally: CacheTally
    let allowance: SharedAllowance
    let store: StoreStage
    let statistics: StatisticsStage
    let readers: [Lane: LaneReader]
    let supervisor: Supervisor
    let watch: MetricsWatch
    let lease: WorkerLease
    let redisOutage: OutageLog

    init(
        configuration: WorkerConfiguration,
        redis: RedisConfiguration,
        keys: JobKeys,
        catalog: CollectionCatalog,
        provider: any EmbeddingProvider,
        limits: EmbeddingLimits,
        store vectorStore: any VectorStore,
        provision: @escaping CollectionMaker.Provision,
        describe: @escaping CollectionCensus.Describe,
        metrics: WorkerMetrics,
        tracer: (any Tracer)?,
        logger: Logger
    ) {
        var connections: [RedisConnection] = []
        func connect() -> RedisConnection {
            let connection = RedisConnection(configuration: redis, logger: logger)
            connections.append(connection)
            return connection
        }
        let connection = connect()
        let outage = OutageLog(
            logger: logger,
            failureEvent: "redis_connection_failed",
            recoveryEvent: "redis_connection_recovered"
        )
        let group = ConsumerGroup(
            connection: connection,
            keys: keys,
            consumer: configuration.id,
            deadLettersKept: configuration.deadLettersKept,
            commandTimeout: configuration.commandTimeout
        )
        let state = WorkerState(configuration, metrics: metrics)
        let tracing = tracer.map { JobTracing(tracer: $0, keys: keys) }
        let finisher = Finisher(
            group: group,
            keys: keys,
            configuration: configuration,
            slots: state.slots,
            marks: state.marks,
            outage: outage,
            metrics: metrics.jobs,
            tracing: tracing,
            logger: logger
        )
        let pipeline = JobPipeline(
            admission: Admission(
                catalog: catalog,
                model: provider.model,
                maximumJSONBytes: configuration.maximumJSONBytes
            ),
            finisher: finisher,
            inFlight: state.inFlight,
            marks: state.marks,
            lease: state.lease,
            retries: RetryPolicy(configuration),
            tracing: tracing
        )
        let cache = JobCache(
            configuration: configuration.cache,
            keys: keys,
            model: provider.model,
            dimensions: provider.dimensions,
            connection: connection,
            writes: connect(),
            metrics: metrics.cache
        )
        let tally = CacheTally(connection: connection, keys: keys) { cache.statistics }
        let allowance = SharedAllowance(
            connection: connection,
            keys: keys,
            configuration: configuration,
            outage: outage,
            logger: logger
        )
        let embedding = EmbeddingStage(
            provider: provider,
            limits: limits,
            configuration: configuration,
            cache: cache,
            allowance: allowance,
            metrics: metrics.embedding,
            tracing: tracing,
            logger: logger,
            delegate: pipeline
        )
        let store = StoreStage(
            store: vectorStore,
            provision: Self.raisingGeneration(provision, connection, keys),
            configuration: configuration,
            metrics: metrics.store,
            tracing: tracing,
            logger: logger,
            delegate: pipeline
        )
        let statisticsReader = SystemStatisticsReader(
            connection: connect(),
            keys: keys,
            census: CollectionCensus(catalog.collections.map(\.name), describe: describe),
            configuration: configuration.statistics(of: provider)
        )
        let statistics = StatisticsStage(
            backoff: configuration.redisBackoff,
            outage: outage,
            delegate: pipeline,
            read: { () async throws(RedisError) in try await statisticsReader.read().json() }
        )
        pipeline.connect(embedding: embedding, store: store, statistics: statistics)
        var readers: [Lane: LaneReader] = [:]
        for (lane, slots) in state.slots {
            readers[lane] = LaneReader(
                lane: lane,
                group: group,
                connection: connect(),
                keys: keys,
                slots: slots,
                paused: state.paused,
                lease: state.lease,
                configuration: configuration,
                outage: outage,
                receive: { pipeline.receive($0) }
            )
        }
        self.connection = connection
        self.group = group
        self.slots = state.slots
        self.finisher = finisher
        self.pipeline = pipeline
        self.embedding = embedding
        self.cache = cache
        self.tally = tally
        self.allowance = allowance
        self.store = store
        self.statistics = statistics
        self.readers = readers
        lease = state.lease
        redisOutage = outage
        let room = CacheRoomWatch(
            connection: connection,
            room: cache.room,
            interval: configuration.cache.roomInterval,
            logger: logger
        )
        let blocking = connect()
        let watch = MetricsWatch(metrics, connections: connections, embedding: embedding, store: store)
        self.watch = watch
        supervisor = Supervisor(
            configuration: configuration,
            group: group,
            connection: connection,
            blocking: blocking,
            keys: keys,
            state: state,
            readers: readers,
            pipeline: pipeline,
            tally: tally,
            room: room,
            outage: outage,
            figures: Self.figures(state, finisher, embedding, store, metrics, watch),
            logger: logger
        )
    }

    /// Searches of a collection that was missing are not answered from the time before it was.
    private static func raisingGeneration(
        _ provision: @escaping CollectionMaker.Provision,
        _ connection: RedisConnection,
        _ keys: JobKeys
    ) -> CollectionMaker.Provision {
        { collection throws(VectorStoreError) in
            try await provision(collection)
            // Where it fails, cached answers last for their short time.
            _ = try? await connection.execute(RedisCommand("HINCRBY", keys.generations, collection, "1"))
        }
    }

    /// What the heartbeat shows.
    private static func figures(
        _ state: WorkerState,
        _ finisher: Finisher,
        _ embedding: EmbeddingStage,
        _ store: StoreStage,
        _ metrics: WorkerMetrics,
        _ watch: MetricsWatch
    ) -> @Reactor () -> [(name: String, value: String)] {
        let started = WallClock.milliseconds
        return {
            var figures = WorkerFigures(started: started, finished: finisher.finished)
            figures.inFlight = state.slots.mapValues(\.inUse)
            figures.embedding = embedding.statistics
            if let cache = embedding.cache {
                figures.cache = cache.statistics
                figures.cachedVectors = cache.held
            }
            figures.embeddingProblem = embedding.problem
            figures.storeProblem = store.problem
            figures.embeddingCircuit = embedding.circuit
            figures.storeCircuit = store.circuit
            figures.lastMinute = LastMinuteFigures(metrics, watch, at: .now)
            return figures.fields
        }
    }
}

extension RetryPolicy {
    fileprivate init(_ configuration: WorkerConfiguration) {
        self.init(
            maximumAttempts: configuration.maximumAttempts,
            maximumDeliveries: configuration.maximumDeliveries,
            backoff: configuration.attemptBackoff
        )
    }
}

extension WorkerConfiguration {
    fileprivate func statistics(of provider: any EmbeddingProvider) -> SystemStatisticsReader.Configuration {
        let model = SystemStatistics.Model(name: provider.model, dimensions: provider.dimensions)
        return SystemStatisticsReader.Configuration(model: model, limits: spending)
    }
}
