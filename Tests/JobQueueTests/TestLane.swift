import JobQueue
import Logging
import Reactor
import RedisClient
import RedisServerFixture
import Testing

/// A server of a test's own with one worker's part in the group of a lane.
@Reactor
final class TestLane {
    let server: RedisServer
    let connection: RedisConnection
    let group: ConsumerGroup
    let keys = JobKeys()
    let lane = Lane.save

    init(
        on binary: RedisBinary = .standard,
        consumer: String = "worker-1",
        deadLettersKept: Int = 1_000
    ) async throws {
        server = try await RedisServer(on: binary)
        var configuration = RedisConfiguration()
        configuration.endpoint = .tcp(host: "127.0.0.1", port: server.port)
        configuration.commandTimeout = .seconds(30)
        connection = RedisConnection(configuration: configuration, logger: Logger(label: "test"))
        group = ConsumerGroup(
            connection: connection,
            keys: keys,
            consumer: consumer,
            deadLettersKept: deadLettersKept,
            commandTimeout: .seconds(30)
        )
        try await group.prepare(lane)
    }

    /// The same lane as another worker sees it.
    func group(of consumer: String) -> ConsumerGroup {
        ConsumerGroup(
            connection: connection,
            keys: keys,
            consumer: consumer,
            deadLettersKept: 1_000,
            commandTimeout: .seconds(30)
        )
    }

    /// Adds a save job with `fields` beside what every job has. Returns the entry's id.
    @discardableResult
    func enqueue(_ id: String, _ fields: (String, String)...) async throws -> String {
        let standard = [
            ("v", "1"), ("id", id), ("type", "save"), ("collection", "notes"), ("content", "text of \(id)"),
        ]
        var command = RedisCommand()
        let all = standard + fields
        command.begin("XADD", arguments: 2 + 2 * all.count)
        command.append(keys.jobs(lane))
        command.append("*")
        for (name, value) in all {
            command.append(name)
            command.append(value)
        }
        return try await connection.execute(command).string
    }

    func claim(_ count: Int = 1_000) async throws -> [DecodedJob] {
        let request = try group.beginClaim(lane, count: count, block: .milliseconds(1), on: connection)
        return try decode(try await request.reply())
    }

    func claimJobs(_ count: Int = 1_000) async throws -> [Job] {
        try await claim(count).map { decoded in
            guard case .valid(let job) = decoded else { throw RedisError(.unexpectedReply, "\(decoded)") }
            return job
        }
    }

    func decode(_ reply: RedisReply) throws -> [DecodedJob] { try decoder.decode(reply) }

    /// Takes over what `other` had claimed, page by page. Each job's id, with how often it was delivered.
    func adopt(
        from other: String,
        by group: ConsumerGroup? = nil,
        count: Int = 1_000,
        suspects: SuspectRoom = SuspectRoom()
    ) async throws -> [(id: String, deliveries: Int)]? {
        var adopted: [(id: String, deliveries: Int)] = []
        var cursor: String?
        repeat {
            let page = try await (group ?? self.group)
                .adopt(lane, from: other, count: count, after: cursor, suspects: suspects)
            guard let page else { return nil }
            for decoded in try decoder.decode(page.jobs) {
                guard case .valid(let job) = decoded else { throw RedisError(.unexpectedReply, "\(decoded)") }
                adopted.append((id: String(decoding: job.id, as: UTF8.self), deliveries: job.history.deliveries))
            }
            cursor = page.next
        } while cursor != nil
        return adopted
    }

    private var decoder: JobDecoder {
        JobDecoder(lane: lane, keys: keys, maximumTextBytes: 1 << 20, maximumJSONBytes: 1 << 20)
    }

    /// Each pending entry's consumer and how often it was delivered, in order.
    func pending() async throws -> [String] {
        let command = RedisCommand("XPENDING", keys.jobs(lane), JobKeys.group, "-", "+", "10000")
        var cursor = try await connection.execute(command).cursor
        return try (0..<(try cursor.array() ?? 0)).map { _ in
            _ = try cursor.array()
            try cursor.skip()
            let consumer = String(decoding: try cursor.string() ?? [], as: UTF8.self)
            try cursor.skip()
            return "\(consumer) \(try cursor.integer())"
        }
    }

    func consumers() async throws -> Int {
        var cursor = try await connection.execute(RedisCommand("XINFO", "CONSUMERS", keys.jobs(lane), JobKeys.group))
            .cursor
        return try cursor.array() ?? -1
    }

    /// All fields and values of a command's reply that is a flat array, or a hash.
    func texts(_ command: RedisCommand) async throws -> [String] {
        var cursor = try await connection.execute(command).cursor
        let count = try cursor.array() ?? 0
        return try (0..<count).map { _ in String(decoding: try cursor.string() ?? [], as: UTF8.self) }
    }

    /// The entries of a stream, each with its fields.
    func entries(_ stream: String) async throws -> [[String: String]] {
        var cursor = try await connection.execute(RedisCommand("XRANGE", stream, "-", "+")).cursor
        let count = try cursor.array() ?? 0
        return try (0..<count).map { _ in
            _ = try cursor.array()
            try cursor.skip()
            var fields: [String: String] = [:]
            for _ in 0..<(try cursor.array() ?? 0) / 2 {
                let name = String(decoding: try cursor.string() ?? [], as: UTF8.self)
                fields[name] = String(decoding: try cursor.string() ?? [], as: UTF8.self)
            }
            return fields
        }
    }

    func counters() async throws -> [String: String] {
        let flat = try await texts(RedisCommand("HGETALL", keys.stats))
        return Dictionary(uniqueKeysWithValues: stride(from: 0, to: flat.count, by: 2).map { (flat[$0], flat[$0 + 1]) })
    }

    func integer(_ command: RedisCommand) async throws -> Int? {
        try await connection.execute(command).integer
    }

    func result(_ id: String) async throws -> String? {
        try await connection.execute(RedisCommand("GET", "memory:{0}:result:\(id)")).text
            .map { String(decoding: $0, as: UTF8.self) }
    }
}

extension RedisReply {
    var string: String { text.map { String(decoding: $0, as: UTF8.self) } ?? "" }
}

extension FinishBatch {
    mutating func add(
        _ job: Job,
        keys: JobKeys = JobKeys(),
        result: String = "{}",
        status: ResultEnvelope.Status = .ok,
        ttl: Int = 100,
        isDeduped: Bool = false,
        reason: JobError? = nil,
        failure: Failure? = nil
    ) {
        add(
            job,
            resultKey: keys.result(job.id),
            result: Array(result.utf8),
            status: status,
            ttl: ttl,
            isDeduped: isDeduped,
            reason: reason,
            failure: failure
        )
    }
}
