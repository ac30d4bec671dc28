package import JobQueue
package import Reactor
package import RedisClient

/// Reads the figures of the whole system, from Redis and the vector store at once.
///
/// Redis must answer; a store that does not is part of the figures. The work is bounded, however much is queued, cached
/// or stored.
@Reactor
package struct SystemStatisticsReader {
    package struct Configuration: Sendable {
        package var model: SystemStatistics.Model
        /// The price and the budget of what is embedded.
        package var limits: SpendingLimits

        package init(model: SystemStatistics.Model, limits: SpendingLimits) {
            self.model = model
            self.limits = limits
        }
    }

    private let connection: RedisConnection
    private let keys: JobKeys
    private let census: CollectionCensus
    private let configuration: Configuration
    private let lanes: LaneFlowReader

    package init(
        connection: RedisConnection,
        keys: JobKeys,
        census: CollectionCensus,
        configuration: Configuration
    ) {
        self.connection = connection
        self.keys = keys
        self.census = census
        self.configuration = configuration
        lanes = LaneFlowReader(connection: connection, keys: keys)
    }

    package func read() async throws(RedisError) -> SystemStatistics {
        // Typed throws and `async let` do not go together: the store's answer has no error, so it is the one aside.
        async let collections = census.take()
        let memory = try await MemoryStatistics.read(from: connection, keys: keys, lanes: lanes)
        let rate = try await connection.hash(keys.provider)
        let cost = try await CostStatistics.read(
            from: connection,
            keys: keys,
            limits: configuration.limits,
            state: ProviderState(fields: rate)
        )
        return SystemStatistics(
            memory: memory,
            cost: cost,
            collections: await collections,
            model: configuration.model,
            limits: configuration.limits,
            rate: rate
        )
    }
}
