internal import JobQueue
internal import Reactor
internal import RedisClient

extension MemoryStatistics {
    /// Workers read at the most.
    private static let maximumWorkers = 1_000
    /// Keys that the server looks at in one step of the search for workers.
    private static let scannedAtOnce = 1_000
    /// Steps of the search: results that are kept may be millions of keys.
    private static let maximumSteps = 20

    /// Workers that show a sign of life.
    @Reactor
    static func workers(_ connection: RedisConnection, _ keys: JobKeys) async throws(RedisError) -> [Worker] {
        var ids = try await consumers(connection, keys)
        ids.formUnion(try await leaders(connection, keys))
        ids.formUnion(try await beats(connection, keys))
        var workers: [Worker] = []
        for id in ids.sorted().prefix(maximumWorkers) {
            let figures = try await connection.hash(keys.worker(id))
            if !figures.isEmpty { workers.append(Worker(id: id, figures: figures)) }
        }
        return workers
    }

    /// Whoever has read from a lane.
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

    /// Whoever plays a role: every living fleet has somebody who does. In Redis before 7.2 a worker that waits for its first
    /// job is a consumer of no lane yet, and the search below may not come to its heartbeat among many results.
    @Reactor
    private static func leaders(_ connection: RedisConnection, _ keys: JobKeys) async throws(RedisError) -> Set<String>
    {
        var names: Set<String> = []
        for role in ["promoter", "janitor", "statistician"] {
            guard let holder = try await connection.execute(RedisCommand("GET", keys.lease(role))).text else {
                continue
            }
            names.insert(String(decoding: holder, as: UTF8.self))
        }
        return names
    }

    /// Whoever beats, as far as a bounded search finds them: a worker that was started while its lanes were paused has
    /// read from none.
    @Reactor
    private static func beats(_ connection: RedisConnection, _ keys: JobKeys) async throws(RedisError) -> Set<String> {
        let prefix = keys.worker("")
        var ids: Set<String> = []
        var position = "0"
        var steps = 0
        repeat {
            let step = try await connection.scan(from: position, matching: keys.workerPattern, count: scannedAtOnce)
            for key in step.keys { ids.insert(String(decoding: key.dropFirst(prefix.utf8.count), as: UTF8.self)) }
            position = step.next
            steps += 1
        } while position != "0" && steps < maximumSteps
        return ids
    }
}
