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
    /// US dollars for a million tokens: what a token that was not sent has saved.
    package var dollarsPerMillionTokens: Double
    /// The fields of the fleet's shared buckets; none where nobody embeds.
    package var rate: [(name: String, value: String)]

    package init(
        memory: MemoryStatistics,
        cost: CostStatistics,
        collections: [CollectionStatistics],
        model: Model,
        dollarsPerMillionTokens: Double,
        rate: [(name: String, value: String)]
    ) {
        self.memory = memory
        self.cost = cost
        self.collections = collections
        self.model = model
        self.dollarsPerMillionTokens = dollarsPerMillionTokens
        self.rate = rate
    }

    package var cache: CacheStatistics { CacheStatistics(memory.counters) }

    package var dollarsSaved: Double { Double(cache.tokensSaved) * dollarsPerMillionTokens / 1e6 }

    /// The state of the circuit to the embedding provider, of the worker that is worst off; nil where none tells.
    package var circuit: String? {
        let states = memory.workers.compactMap { worker in
            worker.figures.first { $0.name == "embedding_circuit" }?.value
        }
        return ["open", "half_open"].first(where: states.contains) ?? states.first
    }
}
