import Embeddings
import JobQueue
import Logging
import Memory
import Prometheus
import Reactor
import RedisClient
import RedisServerFixture
import Testing
import VectorStore

@testable import Worker

/// A Redis of its own, a provider and a store that do what the test wants, and workers.
@Reactor
final class Fleet {
    let server: RedisServer
    let redis: RedisConnection
    let keys = JobKeys()
    let embeddings = TestEmbeddings()
    let store = TestStore()
    let log = LogRecorder()
    let registry = PrometheusRegistry()
    /// Where every job announces its result.
    let replies = "memory:{0}:replies:test"
    var limits = EmbeddingLimits()

    init() async throws {
        server = try await RedisServer()
        redis = server.connection()
    }

    /// - Parameter change: of the configuration, which is quick to try again.
    func start(
        _ id: String = "w1",
        _ change: (inout WorkerConfiguration) -> Void = { _ in }
    ) throws -> RunningWorker {
        var configuration = WorkerConfiguration(id: id)
        configuration.backoff = Backoff(initial: .milliseconds(10), maximum: .milliseconds(40))
        configuration.heartbeatInterval = .milliseconds(100)
        change(&configuration)
        let store = store
        return RunningWorker(
            MemoryWorker(
                configuration: configuration,
                redis: server.configuration,
                keys: keys,
                catalog: try CollectionCatalog(["c", "d", "new"].map { try CollectionDefinition(name: $0) }),
                provider: embeddings,
                limits: limits,
                store: store,
                provision: { collection in await store.provision(collection) },
                metrics: registry,
                logger: log.logger
            ),
            logger: log.logger
        )
    }

    // MARK: Jobs

    /// Puts a job onto its lane, with `v`, `id`, `type` and `reply_to`.
    func add(_ type: JobType, _ id: String, lane: Lane? = nil, _ fields: [String: String]) async throws {
        try await add([(type, id, lane, fields)])
    }

    func add(_ jobs: [(type: JobType, id: String, lane: Lane?, fields: [String: String])]) async throws {
        var command = RedisCommand(capacity: jobs.count * 300)
        for job in jobs {
            var all = ["v": "1", "id": job.id, "type": job.type.rawValue, "reply_to": replies]
            all.merge(job.fields) { $1 }
            command.begin("XADD", arguments: 2 + 2 * all.count)
            command.append(keys.jobs(job.lane ?? job.type.defaultLane))
            command.append("*")
            for (name, value) in all {
                command.append(name)
                command.append(value)
            }
        }
        for reply in try await redis.pipeline(command) {
            if let error = reply.error { throw error }
        }
    }

    func embed(_ id: String, _ text: String? = nil, lane: Lane? = nil, deadline: Int? = nil) async throws {
        var fields = ["content": text ?? id, "encoding_format": "float"]
        fields["deadline"] = deadline.map(String.init)
        try await add(.embed, id, lane: lane, fields)
    }

    func save(_ id: String, _ text: String? = nil, key: String? = nil, lane: Lane? = nil) async throws {
        var fields = ["content": text ?? id, "collection": "c"]
        fields["key"] = key
        try await add(.save, id, lane: lane, fields)
    }

    func search(_ id: String, filters: String? = nil, in collection: String = "c") async throws {
        var fields = ["query": id, "collection": collection]
        fields["filters"] = filters
        try await add(.search, id, fields)
    }

    // MARK: Other workers and operators

    /// Claims entries for a worker that never finishes them. Returns their ids.
    @discardableResult
    func claim(_ lane: Lane, as consumer: String, count: Int) async throws -> [String] {
        let stream = keys.jobs(lane)
        try await redis.createGroup(JobKeys.group, stream: stream, start: "0")
        _ = try await redis.execute(
            RedisCommand("XREADGROUP", "GROUP", JobKeys.group, consumer, "COUNT", "\(count)", "STREAMS", stream, ">")
        )
        return try await pendingEntries(lane)
    }

    func pendingEntries(_ lane: Lane) async throws -> [String] {
        let command = RedisCommand("XPENDING", keys.jobs(lane), JobKeys.group, "-", "+", "1000")
        var cursor = try await redis.execute(command).cursor
        return try (0..<(try cursor.array() ?? 0)).map { _ in
            _ = try cursor.array()
            let id = String(decoding: try cursor.string() ?? [], as: UTF8.self)
            for _ in 0..<3 { try cursor.skip() }
            return id
        }
    }

    func cancel(_ id: String) async throws {
        _ = try await redis.execute(RedisCommand("ZADD", keys.cancelled, "\(WallClock.milliseconds + 60_000)", id))
        try await tell()
    }

    func pause(_ lane: String, _ isPaused: Bool = true) async throws {
        if isPaused {
            _ = try await redis.execute(RedisCommand("HSET", keys.paused, lane, "1"))
        } else {
            _ = try await redis.execute(RedisCommand("HDEL", keys.paused, lane))
        }
        try await tell()
    }

    private func tell() async throws {
        var command = RedisCommand()
        ControlMessage.changed.append(to: &command, keys: keys)
        _ = try await redis.execute(command)
    }

    /// Keeps a worker's signs of life from getting through while `body` runs: the key they go to holds something else.
    func silence(_ worker: String, for duration: Duration, _ body: () async throws -> Void) async throws {
        _ = try await redis.execute(RedisCommand("DEL", keys.worker(worker)))
        _ = try await redis.execute(RedisCommand("SET", keys.worker(worker), "no hash"))
        try await Task.sleep(for: duration)
        try await body()
        _ = try await redis.execute(RedisCommand("DEL", keys.worker(worker)))
    }

    // MARK: What becomes of them

    func answer(_ id: String) async throws -> JobAnswer? {
        var command = RedisCommand()
        command.begin("GET", arguments: 1)
        command.append(keys.result(ArraySlice(id.utf8)))
        return try await redis.execute(command).text.flatMap { JobAnswer(parsing: $0) }
    }

    /// The result, when it is there.
    func result(_ id: String, _ location: SourceLocation = #_sourceLocation) async throws -> JobAnswer {
        var found: JobAnswer?
        try await until("job \(id) is answered", location) {
            found = try await self.answer(id)
            return found != nil
        }
        return try #require(found, sourceLocation: location)
    }

    /// Job ids and statuses that were announced, in order.
    func announcements() async throws -> [(id: String, status: String)] {
        let command = RedisCommand("XREAD", "COUNT", "100000", "STREAMS", replies, "0")
        var entries = try StreamEntries(readGroup: try await redis.execute(command))
        var all: [(id: String, status: String)] = []
        while let entry = try entries.next() {
            var values: [String] = []
            for _ in 0..<entry.fieldCount {
                values.append(String(decoding: try entries.nextField().value, as: UTF8.self))
            }
            all.append((id: values[0], status: values[1]))
        }
        return all
    }

    /// Waits until all lanes are empty: every job is finished.
    func drained(_ location: SourceLocation = #_sourceLocation) async throws {
        try await until("all lanes are empty", location) {
            for lane in Lane.allCases where try await self.redis.streamLength(self.keys.jobs(lane)) > 0 { return false }
            return true
        }
    }

    func pending(_ lane: Lane) async throws -> Int {
        try await redis.pendingCount(JobKeys.group, stream: keys.jobs(lane)) ?? 0
    }

    /// Of the group of workers.
    func consumers(_ lane: Lane) async throws -> Int {
        let command = RedisCommand("XINFO", "CONSUMERS", keys.jobs(lane), JobKeys.group)
        var cursor = try await redis.execute(command).cursor
        return try cursor.array() ?? -1
    }

    /// Ids of the clients that wait in a read.
    func blockedClients() async throws -> [String] {
        let list = try await redis.string("CLIENT", "LIST") ?? ""
        return list.split(whereSeparator: \.isNewline).filter { $0.contains("cmd=xreadgroup") }.compactMap { line in
            line.split(separator: " ").first.map { String($0.dropFirst("id=".count)) }
        }
    }

    /// Keys that neither vanish by themselves nor are declared to stay.
    func leakedKeys() async throws -> [String] {
        let declared =
            Lane.allCases.map { keys.jobs($0) }
            + [keys.dead, keys.stats, keys.delayed, keys.control, keys.limits, keys.generations]
        var leaked: [String] = []
        for key in try await redis.strings("KEYS", "*") where !declared.contains(key) {
            if try await redis.integer("TTL", key) == -1 { leaked.append(key) }
        }
        return leaked
    }

    /// Looks again and again; fails the test when it does not become true.
    func until(
        _ what: String,
        _ location: SourceLocation = #_sourceLocation,
        _ condition: () async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while !(try await condition()) {
            try #require(ContinuousClock.now < deadline, "not seen in time: \(what)", sourceLocation: location)
            try await Task.sleep(for: .milliseconds(2))
        }
    }
}
