internal import DequeModule
internal import JobQueue
internal import Reactor
internal import RedisClient

/// Writes to the caches in Redis, on a connection of its own and little at a time, so that no job's command stands behind
/// it. Nobody waits for it: what cannot be written soon is dropped and counted.
@Reactor
final class CacheWriter {
    /// Waiting to be written; more than that is dropped. Twice what the jobs in flight of a usual worker have.
    static let maximumPendingBytes = 16 << 20
    static let maximumPending = 16_384
    /// Written and not answered.
    private static let maximumBytesInFlight = 1 << 20
    /// Sent together.
    private static let chunkBytes = 256 << 10
    /// For what is left when the worker stops.
    private static let lastWrites = Duration.seconds(1)

    private let connection: RedisConnection
    private let keys: JobKeys
    private let configuration: CacheConfiguration
    private let room: CacheRoom
    private var pending = Deque<CacheWrite>()
    private var pendingBytes = 0
    private var bytesInFlight = 0
    private let idle = IdleWorkers()
    /// Values that were not kept since the start.
    private(set) var dropped = 0

    init(connection: RedisConnection, keys: JobKeys, configuration: CacheConfiguration, room: CacheRoom) {
        self.connection = connection
        self.keys = keys
        self.configuration = configuration
        self.room = room
    }

    func keep(_ write: CacheWrite) {
        let bytes = write.bytes
        let fits = pendingBytes + bytes <= Self.maximumPendingBytes && pending.count < Self.maximumPending
        guard fits && !room.isFull else {
            dropped += 1
            return
        }
        pending.append(write)
        pendingBytes += bytes
        idle.wakeOne()
    }

    /// Runs until it is cancelled.
    func run() async {
        await withDiscardingTaskGroup { calls in
            while !Task.isCancelled {
                guard !pending.isEmpty && bytesInFlight < Self.maximumBytesInFlight else {
                    await idle.wait()
                    continue
                }
                let (command, bytes) = nextChunk()
                bytesInFlight += bytes
                calls.addTask(executorPreference: Reactor.loop) { await self.write(command, bytes) }
            }
        }
    }

    /// Waits a moment for what is left. To be called when nothing more is kept.
    func finish() async {
        let deadline = ContinuousClock.now + Self.lastWrites
        while ContinuousClock.now < deadline && !pending.isEmpty { await write(nextChunk().command, until: deadline) }
        // Replies come in order, so the last one tells of all that was sent.
        if connection.epoch > 0 { await write(RedisCommand("PING"), until: deadline) }
        connection.close()
    }

    private func nextChunk() -> (command: RedisCommand, bytes: Int) {
        var command = RedisCommand(capacity: min(pendingBytes, Self.chunkBytes))
        var bytes = 0
        while let write = pending.first, bytes == 0 || bytes + write.bytes <= Self.chunkBytes {
            pending.removeFirst()
            bytes += write.bytes
            write.append(to: &command, keys, configuration)
        }
        pendingBytes -= bytes
        return (command, bytes)
    }

    private func write(_ command: RedisCommand, _ bytes: Int) async {
        await write(command)
        bytesInFlight -= bytes
        idle.wakeOne()
    }

    private func write(_ command: RedisCommand, until deadline: ContinuousClock.Instant? = nil) async {
        let timeout = deadline.map { max(.zero, ContinuousClock.now.duration(to: $0)) }
        guard let replies = try? await connection.pipeline(command, timeout: timeout) else {
            dropped += command.count
            return
        }
        for reply in replies {
            guard let error = reply.error else { continue }
            dropped += 1
            if error.serverCode == "OOM" { room.ranOut() }
        }
    }
}
