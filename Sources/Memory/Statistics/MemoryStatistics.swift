package import JobQueue
internal import Reactor
package import RedisClient

/// The figures of the whole fleet, read from Redis.
package struct MemoryStatistics: Sendable {
    package struct Worker: Sendable {
        package let id: String
        package let figures: [(name: String, value: String)]

        package init(id: String, figures: [(name: String, value: String)]) {
            self.id = id
            self.figures = figures
        }
    }

    package var lanes: [LaneStatistics] = []
    package var delayed = 0
    package var dead = 0
    /// Since the counters were last reset, by name.
    package var counters: [(name: String, value: Int)] = []
    package var workers: [Worker] = []

    package init() {}

    /// - Parameter lanes: kept by whoever reads again and again.
    @Reactor
    package static func read(
        from connection: RedisConnection,
        keys: JobKeys,
        lanes: LaneFlowReader? = nil
    ) async throws(RedisError) -> MemoryStatistics {
        var statistics = MemoryStatistics()
        let bounds = try await LaneLimits.published(on: connection, keys: keys)
        let paused = try await LaneControl(connection: connection, keys: keys).paused()
        let gone = try await GroupCensus(connection: connection, keys: keys).consumersWithoutHeartbeat()
        let rates = try await connection.hash(keys.rates)
        let flows = try await (lanes ?? LaneFlowReader(connection: connection, keys: keys)).read()
        for lane in Lane.allCases {
            guard let flow = flows[lane] else { continue }
            var figures = LaneStatistics(flow, lane: lane)
            figures.bound = bounds[lane]
            figures.pausedSince = paused[lane]
            figures.orphaned = gone.filter { $0.key.lane == lane }.values.reduce(0, +)
            let rates = LaneRates(rates, lane: lane)
            figures.came = rates.came
            figures.left = rates.left
            figures.claimed = rates.claimed
            figures.drain = rates.drain(entries: flow.entries)
            if flow.entries == 0, rates.came != nil { figures.oldest = 0 }
            statistics.lanes.append(figures)
        }
        statistics.dead = try await connection.streamLength(keys.dead)
        statistics.delayed = try await connection.execute(RedisCommand("ZCARD", keys.delayed)).integer ?? 0
        statistics.counters = try await connection.hash(keys.stats).compactMap { name, value in
            Int(value).map { (name: name, value: $0) }
        }
        .sorted { $0.name < $1.name }
        statistics.workers = try await workers(connection, keys)
        return statistics
    }
}
