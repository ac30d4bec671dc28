package import Embeddings
internal import Memory
package import Reactor
package import RedisClient
package import VectorStore

/// Looks at everything that Memoir needs, and says what is wrong and what mends it. Changes nothing.
@Reactor
package final class Doctor {
    private let configuration: DoctorConfiguration
    private let redis: RedisConnection
    private let store: QdrantStore
    private let provider: any EmbeddingProvider
    private let runner: CheckRunner

    package init(
        configuration: DoctorConfiguration,
        redis: RedisConnection,
        store: QdrantStore,
        provider: any EmbeddingProvider
    ) {
        self.configuration = configuration
        self.redis = redis
        self.store = store
        self.provider = provider
        runner = CheckRunner(timeout: configuration.checkTimeout, again: "memoir doctor")
    }

    /// Services are looked at side by side; the answer has one order.
    package func examine() async -> [Diagnosis] {
        async let ofRedis = runner.run(redisExamination)
        async let ofStore = runner.run(storeExamination)
        async let ofProvider = examineProvider()
        let settings = await runner.run(settingsChecks)
        let (queue, vectors, embeddings) = await (ofRedis, ofStore, ofProvider)
        var diagnoses = settings + queue + vectors + embeddings
        if vectors.first?.hasFailed == false, embeddings.first?.hasFailed == false {
            diagnoses += await runner.run(modelChecks)
        }
        let mask = SecretsMask(configuration.secrets)
        return diagnoses.map { diagnosis in
            Diagnosis(name: diagnosis.name, findings: diagnosis.findings.map { $0.masked(by: mask) })
        }
    }

    private func examineProvider() async -> [Diagnosis] {
        guard !configuration.isOffline else { return [] }
        return await runner.run(Examination(gate: ProviderCheck(provider: provider), others: []))
    }
}

extension Doctor {
    private var redisExamination: Examination {
        let cli = RedisCommandLine(configuration.redis)
        let keys = configuration.keys
        return Examination(
            gate: RedisCheck(redis: redis, endpoint: configuration.redis.endpoint, cli: cli),
            others: [
                RedisVersionCheck(redis: redis),
                RoleCheck(redis: redis, database: configuration.redis.database),
                EvictionCheck(redis: redis, cli: cli),
                MemoryCheck(redis: redis, cli: cli),
                PersistenceCheck(redis: redis, cli: cli),
                ClockCheck(redis: redis),
                KeyTypeCheck(redis: redis, keys: keys, cli: cli),
                GroupCheck(redis: redis, keys: keys),
                LaneCheck(redis: redis, keys: keys),
                ConsumerCheck(redis: redis, keys: keys),
                CircuitCheck(redis: redis, keys: keys),
                HeldEntryCheck(redis: redis, keys: keys),
                DeadLetterCheck(redis: redis, keys: keys),
                KeyspaceCheck(redis: redis, keys: keys, cli: cli),
            ]
        )
    }

    private var curl: QdrantCommandLine {
        QdrantCommandLine(url: configuration.qdrantURL, hasKey: configuration.hasQdrantKey)
    }

    private var storeExamination: Examination {
        var checks: [any Check] = [QdrantVersionCheck(store: store)]
        for collection in configuration.collections {
            let judgement = CollectionJudgement(
                collection: collection,
                dimensions: configuration.dimensions,
                curl: curl
            )
            checks.append(CollectionCheck(store: store, judgement: judgement))
        }
        return Examination(gate: QdrantCheck(store: store, curl: curl), others: checks)
    }

    private var settingsChecks: [any Check] {
        [
            DrainDeadlineCheck(deadline: configuration.drainDeadline),
            WorkerIDCheck(fixedID: configuration.fixedWorkerID),
        ]
    }

    private var modelChecks: [any Check] {
        guard !configuration.isOffline else { return [] }
        var checks: [any Check] = configuration.collections.prefix(ModelCheck.maximumCollections).map { collection in
            ModelCheck(store: store, provider: provider, collection: collection.name, curl: curl)
        }
        checks.append(ModelBoundCheck(collections: configuration.collections.count))
        return checks
    }
}
