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

    /// Workers read at the most.
    private static let maximumWorkers = 1_000

    @Reactor
    package static func read(
        from connection: RedisConnection,
        keys: JobKeys
    ) async throws(RedisError) -> MemoryStatistics {
        var statistics = MemoryStatistics()
        let bounds = try await LaneLimits.published(on: connection, keys: keys)
        let paused = try await LaneControl(connection: connection, keys: keys).paused()
        let gone = try await GroupCensus(connection: connection, keys: keys).consumersWithoutHeartbeat()
        let rates = try await hash(keys.rates, connection)
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
        statistics.counters = try await hash(keys.stats, connection).compactMap { name, value in
            Int(value).map { (name: name, value: $0) }
        }
        .sorted { $0.name < $1.name }
        for id in try await workerIDs(connection, keys) {
            let figures = try await hash(keys.worker(id), connection)
            if !figures.isEmpty { statistics.workers.append(Worker(id: id, figures: figures)) }
        }
        return statistics
    }

    @Reactor
    private static func hash(
        _ key: String,
        _ connection: RedisConnection
    ) async throws(RedisError) -> [(name: String, value: String)] {
        var cursor = try await connection.execute(RedisCommand("HGETALL", key)).cursor
        var pairs: [(name: String, value: String)] = []
        for _ in 0..<(try cursor.array() ?? 0) / 2 {
            guard let name = try cursor.string(), let value = try cursor.string() else { continue }
            pairs.append((name: String(decoding: name, as: UTF8.self), value: String(decoding: value, as: UTF8.self)))
        }
        return pairs
    }

    @Reactor
    private static func workerIDs(
        _ connection: RedisConnection,
        _ keys: JobKeys
    ) async throws(RedisError) -> [String] {
        let prefix = keys.worker("")
        var ids: Set<String> = []
        var position = "0"
        repeat {
            let command = RedisCommand("SCAN", position, "MATCH", keys.workerPattern, "COUNT", "1000")
            var cursor = try await connection.execute(command).cursor
            _ = try cursor.array()
            position = try cursor.string().map { String(decoding: $0, as: UTF8.self) } ?? "0"
            for _ in 0..<(try cursor.array() ?? 0) {
                guard let key = try cursor.string() else { continue }
                ids.insert(String(String(decoding: key, as: UTF8.self).dropFirst(prefix.count)))
            }
        } while position != "0" && ids.count < maximumWorkers
        return ids.sorted()
    }
}
