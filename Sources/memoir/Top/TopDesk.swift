import JobQueue
import Memory
import Reactor
import RedisClient

/// Reads the figures again and again, beside whoever shows them.
@Reactor
final class TopDesk {
    private let reader: SystemStatisticsReader
    private let connection: RedisConnection
    private let keys: JobKeys
    private(set) var figures: TopFigures
    /// Raised with each change, so that nothing is painted twice.
    private(set) var version = 0

    init(reader: SystemStatisticsReader, connection: RedisConnection, keys: JobKeys, server: String) {
        self.reader = reader
        self.connection = connection
        self.keys = keys
        figures = TopFigures(server: server)
    }

    /// Somebody has told this process to end.
    private(set) var isEnded = false

    func end() { isEnded = true }

    func togglePause() {
        figures.isPaused.toggle()
        version += 1
    }

    /// Until it is cancelled. While Redis is away it tries again, at the same pace.
    func run(every interval: Duration) async {
        while !Task.isCancelled {
            let start = ContinuousClock.now
            await read()
            try? await Task.sleep(until: start + interval)
        }
    }

    private func read() async {
        do throws(RedisError) {
            let statistics = try await reader.read()
            let history = try await LaneHistory.read(on: connection, keys: keys)
            guard !figures.isPaused else { return }
            figures.statistics = statistics
            figures.history = history
            let now = LogTime.now
            figures.readAt = Int(now.seconds) * 1_000 + now.milliseconds
            figures.problem = nil
        } catch {
            // Also while the display stands still: it says why nothing newer will come.
            figures.problem = "\(error): \(error.hint)"
        }
        version += 1
    }
}
