package import JobQueue

/// The figures of the whole system: what `memoir stats` shows and a job of type `stats` is answered with.
package struct SystemStatistics: Sendable {
    /// Of the configuration of whoever reads.
    package struct Model: Sendable {
        package var name: String
        package var dimensions: Int

        package init(name: String, dimensions: Int) {
            self.name = name
            self.dimensions = dimensions
        }
    }

    package var memory: MemoryStatistics
    package var cost: CostStatistics
    package var collections: [CollectionStatistics]
    package var model: Model
    /// Its price says what a token has saved that was not sent.
    package var limits: SpendingLimits
    /// The fields of the fleet's shared buckets; none where nobody embeds.
    package var rate: [(name: String, value: String)]

    package init(
        memory: MemoryStatistics,
        cost: CostStatistics,
        collections: [CollectionStatistics],
        model: Model,
        limits: SpendingLimits,
        rate: [(name: String, value: String)]
    ) {
        self.memory = memory
        self.cost = cost
        self.collections = collections
        self.model = model
        self.limits = limits
        self.rate = rate
    }

    package var cache: CacheStatistics { CacheStatistics(memory.counters) }

    package var nanodollarsSaved: Int { limits.price(ofTokens: cache.tokensSaved) }

    /// The state of the circuit to the embedding provider, of the worker that is worst off; nil where none tells.
    package var circuit: String? {
        let states = memory.workers.compactMap { worker in
            worker.figures.first { $0.name == "embedding_circuit" }?.value
        }
        return ["open", "half_open"].first(where: states.contains) ?? states.first
    }
}
