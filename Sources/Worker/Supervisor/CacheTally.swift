internal import JobQueue
internal import Reactor
internal import RedisClient

/// Adds what this worker's caches have done to the counters of the fleet.
@Reactor
final class CacheTally {
    private static let interval = Duration.seconds(1)

    private let connection: RedisConnection
    private let keys: JobKeys
    private let statistics: @Reactor () -> CacheCounts
    /// Of each counter, how much of it the fleet's counters hold.
    private var written: [Int]

    /// - Parameter statistics: since the start.
    init(connection: RedisConnection, keys: JobKeys, statistics: @escaping @Reactor () -> CacheCounts) {
        self.connection = connection
        self.keys = keys
        self.statistics = statistics
        written = CacheCounts().counters.map(\.value)
    }

    /// Runs until it is cancelled.
    func run() async {
        while !Task.isCancelled {
            await write()
            try? await Task.sleep(for: Self.interval)
        }
    }

    /// Adds what was not added yet.
    func write() async {
        let counters = statistics().counters
        let before = written
        var command = RedisCommand()
        for (index, counter) in counters.enumerated() where counter.value != before[index] {
            command.begin("HINCRBY", arguments: 3)
            command.append(keys.stats)
            command.append(counter.name)
            command.append(counter.value - before[index])
        }
        guard command.count > 0 else { return }
        written = counters.map(\.value)
        do throws(RedisError) {
            // Refused for want of memory, as all that adds to a key is then: the next time.
            if try await connection.pipeline(command).contains(where: { $0.error != nil }) { written = before }
        } catch {
            // Sent, and no answer: it may have been added. To lose a second's count is better than to count it twice.
            if error.code != .connectionLost && error.code != .timedOut { written = before }
        }
    }
}
