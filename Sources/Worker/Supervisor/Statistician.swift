internal import DequeModule
internal import JobQueue
internal import Reactor
internal import RedisClient

/// Measures what flows through the lanes, for all to read.
@Reactor
final class Statistician {
    private static let interval = Duration.seconds(1)
    /// Samples that a rate spans.
    private static let sampleCount = 11

    private struct Sample {
        let time: ContinuousClock.Instant
        let flows: [Lane: LaneFlow]
    }

    private let connection: RedisConnection
    private let keys: JobKeys
    private let flowScript = LaneFlow.script()
    private var samples = Deque<Sample>()

    init(connection: RedisConnection, keys: JobKeys) {
        self.connection = connection
        self.keys = keys
    }

    /// Returns when to act again.
    func act() async throws(RedisError) -> Duration {
        let flows = try await LaneFlow.read(with: flowScript, on: connection, keys: keys)
        samples.append(Sample(time: .now, flows: flows))
        if samples.count > Self.sampleCount { samples.removeFirst() }
        let figures = figures()
        var command = RedisCommand()
        command.begin("HSET", arguments: 1 + 2 * figures.count)
        command.append(keys.rates)
        for (name, value) in figures {
            command.append(name)
            command.append("\(value)")
        }
        command.begin("PEXPIRE", arguments: 2)
        command.append(keys.rates)
        command.append(Int(Self.interval * Self.sampleCount / .milliseconds(1)))
        _ = try await connection.pipeline(command)
        return Self.interval
    }

    /// For each lane: jobs that came and that left, a second, over the last ten seconds; entries nobody has claimed; and
    /// the age of the oldest entry in ms.
    private func figures() -> [(name: String, value: Int)] {
        guard let first = samples.first, let last = samples.last else { return [] }
        let seconds = max(0.001, first.time.duration(to: last.time) / .seconds(1))
        var figures: [(name: String, value: Int)] = []
        for lane in Lane.allCases {
            guard let before = first.flows[lane], let now = last.flows[lane] else { continue }
            let came = max(0, now.added - before.added)
            let left = max(0, came - (now.entries - before.entries))
            let age = now.oldest.map { max(0, WallClock.milliseconds - $0) } ?? 0
            figures.append(("\(lane.rawValue):came_per_s", Int((Double(came) / seconds).rounded())))
            figures.append(("\(lane.rawValue):left_per_s", Int((Double(left) / seconds).rounded())))
            figures.append(("\(lane.rawValue):waiting", max(0, now.entries - now.pending)))
            figures.append(("\(lane.rawValue):oldest_ms", age))
        }
        return figures
    }
}
