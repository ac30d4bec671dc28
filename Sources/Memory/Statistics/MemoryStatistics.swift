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

    @Reactor
    package static func read(
        from connection: RedisConnection,
        keys: JobKeys
    ) async throws(RedisError) -> MemoryStatistics {
        var statistics = MemoryStatistics()
        let bounds = try await LaneLimits.published(on: connection, keys: keys)
        let paused = try await LaneControl(connection: connection, keys: keys).paused()
        let gone = try await GroupCensus(connection: connection, keys: keys).consumersWithoutHeartbeat()
        let rates = try await connection.hash(keys.rates)
        for lane in Lane.allCases {
            let stream = keys.jobs(lane)
            let entries = try await connection.streamLength(stream)
            let pending = try await connection.pendingCount(JobKeys.group, stream: stream)
            var figures = LaneStatistics(lane: lane, entries: entries, pending: pending ?? 0)
            figures.bound = bounds[lane]
            figures.pausedSince = paused[lane]
            figures.orphaned = gone.filter { $0.key.lane == lane }.values.reduce(0, +)
            let rate = { (name: String) in
                rates.first { $0.name == "\(lane.rawValue):\(name)" }.flatMap { Int($0.value) }
            }
            figures.came = rate("came_per_s")
            figures.left = rate("left_per_s")
            figures.oldest = rate("oldest_ms")
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
