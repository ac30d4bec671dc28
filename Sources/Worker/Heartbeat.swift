internal import JobQueue
internal import Reactor
internal import RedisClient

/// Says that this worker lives, and what it does, in a hash that vanishes soon after it stops.
@Reactor
final class Heartbeat {
    private let connection: RedisConnection
    private let key: String
    private let interval: Duration
    private let figures: @Reactor () -> [(name: String, value: String)]

    /// - Parameter figures: what the hash shows, asked at each beat.
    init(
        connection: RedisConnection,
        keys: JobKeys,
        worker: String,
        interval: Duration,
        figures: @escaping @Reactor () -> [(name: String, value: String)]
    ) {
        self.connection = connection
        self.interval = interval
        self.figures = figures
        key = keys.worker(worker)
    }

    /// Beats until it is cancelled. That Redis is away is for others to say.
    func run() async {
        while !Task.isCancelled {
            _ = try? await connection.pipeline(beat())
            try? await Task.sleep(for: interval)
        }
    }

    func stop() async {
        _ = try? await connection.execute(RedisCommand("DEL", key))
    }

    private func beat() -> RedisCommand {
        let figures = figures()
        var command = RedisCommand(capacity: 512)
        command.begin("HSET", arguments: 1 + 2 * figures.count)
        command.append(key)
        for (name, value) in figures {
            command.append(name)
            command.append(value)
        }
        command.begin("PEXPIRE", arguments: 2)
        command.append(key)
        // Three beats may be lost before the worker counts as gone.
        command.append(Int(interval * 4 / .milliseconds(1)))
        return command
    }
}
