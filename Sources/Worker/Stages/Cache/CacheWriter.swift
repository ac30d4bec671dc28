internal import Reactor
internal import RedisClient

/// Writes to the caches in Redis, on a connection of its own, so that no job's command stands behind them. Nobody waits
/// for it: what cannot be written soon is dropped and counted.
@Reactor
final class CacheWriter {
    /// Written and not answered: more than that is dropped.
    static let maximumBytes = 8 << 20
    static let maximumCommands = 2_048
    /// For what is on its way when the worker stops.
    private static let lastWrites = Duration.seconds(1)

    private let connection: RedisConnection
    private let room: CacheRoom
    private var pending = RedisCommand()
    private var pendingBytes = 0
    private var bytesInFlight = 0
    private var commandsInFlight = 0
    private let idle = IdleWorkers()
    /// Values that were not kept since the start.
    private(set) var dropped = 0

    init(connection: RedisConnection, room: CacheRoom) {
        self.connection = connection
        self.room = room
    }

    /// - Parameter ttl: seconds.
    func keep(_ value: UnsafeRawBufferPointer, as key: [UInt8], ttl: Int) {
        let bytes = value.count + key.count
        let isTooMuch =
            pendingBytes + bytesInFlight + bytes > Self.maximumBytes
            || pending.count + commandsInFlight >= Self.maximumCommands
        guard !room.isFull && !isTooMuch else {
            dropped += 1
            return
        }
        pending.begin("SET", arguments: 4)
        pending.append(key)
        pending.append(value)
        pending.append("EX")
        pending.append(ttl)
        pendingBytes += bytes
        idle.wakeOne()
    }

    /// Runs until it is cancelled.
    func run() async {
        await withDiscardingTaskGroup { calls in
            while !Task.isCancelled {
                guard pending.count > 0 else {
                    await idle.wait()
                    continue
                }
                let (command, bytes) = takePending()
                calls.addTask(executorPreference: Reactor.loop) { await self.write(command, bytes) }
            }
        }
    }

    /// Waits a moment for what is on its way: replies come in order, so the last one tells of all.
    func finish() async {
        var (command, _) = takePending()
        command.begin("PING", arguments: 0)
        if connection.epoch > 0 { _ = try? await connection.pipeline(command, timeout: Self.lastWrites) }
        connection.close()
    }

    private func takePending() -> (command: RedisCommand, bytes: Int) {
        let taken = (command: pending, bytes: pendingBytes)
        pending = RedisCommand()
        pendingBytes = 0
        bytesInFlight += taken.bytes
        commandsInFlight += taken.command.count
        return taken
    }

    private func write(_ command: RedisCommand, _ bytes: Int) async {
        defer {
            bytesInFlight -= bytes
            commandsInFlight -= command.count
        }
        guard let replies = try? await connection.pipeline(command) else {
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
