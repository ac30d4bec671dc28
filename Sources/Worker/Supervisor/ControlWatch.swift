internal import JobQueue
internal import Reactor
internal import RedisClient

/// Hears of what operators want, at once: of cancelled jobs, paused lanes, workers that stopped.
@Reactor
final class ControlWatch {
    /// How long a read waits for a message. After it, the state is read again whether or not there was one: somebody may
    /// have emptied Redis, and a lane must not stay paused here that nobody can resume.
    private static let blockTime = Duration.seconds(5)
    /// Messages of one read.
    private static let messageCount = 100

    private let connection: RedisConnection
    private let keys: JobKeys
    private let commandTimeout: Duration
    private let backoff: Backoff
    private let changed: @Reactor (FleetState) -> Void
    private let left: @Reactor (_ worker: String) -> Void
    private var lastMessage: String?

    /// - Parameter connection: of its own: its reads block.
    init(
        connection: RedisConnection,
        keys: JobKeys,
        configuration: WorkerConfiguration,
        changed: @escaping @Reactor (FleetState) -> Void,
        left: @escaping @Reactor (_ worker: String) -> Void
    ) {
        self.connection = connection
        self.keys = keys
        self.changed = changed
        self.left = left
        commandTimeout = configuration.commandTimeout
        backoff = configuration.redisBackoff
    }

    /// Listens until it is cancelled. That Redis is away is for others to say.
    func run() async {
        var failures = 0
        while !Task.isCancelled {
            do throws(RedisError) {
                try await listen()
                failures = 0
            } catch {
                failures += 1
                lastMessage = nil
                try? await Task.sleep(for: backoff.wait(afterFailures: failures))
            }
        }
        connection.close()
    }

    /// First where the stream ends, then the state: what changes in between is heard of.
    private func listen() async throws(RedisError) {
        let position: String
        if let lastMessage { position = lastMessage } else { position = try await end() }
        lastMessage = position
        changed(try await FleetState.read(from: connection, keys: keys))
        let milliseconds = Int(Self.blockTime / .milliseconds(1))
        let command = RedisCommand(
            "XREAD",
            "COUNT",
            "\(Self.messageCount)",
            "BLOCK",
            "\(milliseconds)",
            "STREAMS",
            keys.control,
            position
        )
        let reply = try await connection.execute(command, timeout: Self.blockTime + commandTimeout)
        var entries = try StreamEntries(readGroup: reply)
        while let entry = try entries.next() {
            lastMessage = String(decoding: entry.id, as: UTF8.self)
            var fields: [String: String] = [:]
            for _ in 0..<entry.fieldCount {
                let (name, value) = try entries.nextField()
                fields[String(decoding: name, as: UTF8.self)] = String(decoding: value, as: UTF8.self)
            }
            if case .left(let worker) = ControlMessage(fields: fields) { left(worker) }
        }
    }

    private func end() async throws(RedisError) -> String {
        let reply = try await connection.execute(RedisCommand("XREVRANGE", keys.control, "+", "-", "COUNT", "1"))
        var cursor = reply.cursor
        guard let count = try cursor.array(), count > 0 else { return "0-0" }
        _ = try cursor.array()
        return try cursor.string().map { String(decoding: $0, as: UTF8.self) } ?? "0-0"
    }
}
