internal import JobQueue
internal import Reactor
internal import RedisClient

extension MemoryStatistics {
    /// Workers read at the most.
    private static let maximumWorkers = 1_000

    /// Workers that show a sign of life: consumers of a lane, as each is from its start, that have a heartbeat.
    @Reactor
    static func workers(_ connection: RedisConnection, _ keys: JobKeys) async throws(RedisError) -> [Worker] {
        let ids = try await consumers(connection, keys).sorted().prefix(maximumWorkers)
        guard !ids.isEmpty else { return [] }
        var command = RedisCommand()
        for id in ids {
            command.begin("HGETALL", arguments: 1)
            command.append(keys.worker(id))
        }
        var workers: [Worker] = []
        for (id, reply) in zip(ids, try await connection.pipeline(command)) {
            // Somebody else's key of another type is no worker's.
            if reply.error?.serverCode == "WRONGTYPE" { continue }
            let figures = try reply.stringPairs()
            if !figures.isEmpty { workers.append(Worker(id: id, figures: figures)) }
        }
        return workers
    }

    @Reactor
    private static func consumers(
        _ connection: RedisConnection,
        _ keys: JobKeys
    ) async throws(RedisError) -> Set<String> {
        var names: Set<String> = []
        for lane in Lane.allCases {
            let consumers = try await connection.consumers(of: JobKeys.group, stream: keys.jobs(lane)) ?? []
            names.formUnion(consumers.map(\.name))
        }
        return names
    }
}
