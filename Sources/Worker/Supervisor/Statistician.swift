internal import JobQueue
internal import Reactor
internal import RedisClient

/// Measures what flows through the lanes, for all to read.
@Reactor
final class Statistician {
    private static let interval = Duration.seconds(1)
    /// What is told of the last seconds is gone when nobody has measured for so long.
    private static let lifetime = Duration.seconds(11)

    private struct Look {
        let time: ContinuousClock.Instant
        let flows: [Lane: LaneFlow]
    }

    private let connection: RedisConnection
    private let keys: JobKeys
    private let historyInterval: Duration
    private let reader: LaneFlowReader
    private var window = FlowWindow()
    /// What the next sample of the history is compared with.
    private var written: Look?

    init(connection: RedisConnection, keys: JobKeys, historyInterval: Duration = LaneHistory.interval) {
        self.connection = connection
        self.keys = keys
        reader = LaneFlowReader(connection: connection, keys: keys)
        self.historyInterval = historyInterval
    }

    /// Returns when to act again.
    func act() async throws(RedisError) -> Duration {
        let flows = try await reader.read()
        let look = Look(time: .now, flows: flows)
        window.add(flows, at: look.time)
        let figures = figures(flows)
        var command = RedisCommand()
        command.begin("HSET", arguments: 1 + 2 * figures.count)
        command.append(keys.rates)
        for (name, value) in figures {
            command.append(name)
            command.append(value)
        }
        command.begin("PEXPIRE", arguments: 2)
        command.append(keys.rates)
        command.append(Int(Self.lifetime / .milliseconds(1)))
        if let history = history(look) { LaneHistory.append(history, to: &command, keys: keys) }
        _ = try await connection.pipeline(command)
        return Self.interval
    }

    /// For each lane: jobs a second over the last ten; entries nobody has claimed; and the age of the oldest entry in ms.
    private func figures(_ flows: [Lane: LaneFlow]) -> [(name: String, value: Int)] {
        var figures: [(name: String, value: Int)] = []
        for lane in Lane.allCases {
            guard let flow = flows[lane] else { continue }
            figures += window.rates(lane)?.fields(lane) ?? []
            figures.append(("\(lane.rawValue):waiting", flow.undelivered.count))
            figures.append(("\(lane.rawValue):oldest_ms", flow.oldest ?? 0))
        }
        return figures
    }

    /// What is to be written down now, if anything.
    private func history(_ look: Look) -> [Lane: LaneHistory.Figures]? {
        guard let before = written else {
            written = look
            return nil
        }
        let passed = before.time.duration(to: look.time)
        // Looks are a second apart, and a little more: one that comes a moment too early is not put off to the next.
        guard passed >= historyInterval - Self.interval / 2 else { return nil }
        written = look
        // The lease was another's meanwhile, or Redis was away: what flowed in that time is not of the last seconds.
        guard passed < historyInterval * 2 else { return nil }
        var figures: [Lane: LaneHistory.Figures] = [:]
        for (lane, flow) in look.flows {
            guard let last = before.flows[lane] else { continue }
            figures[lane] = LaneHistory.Figures(from: last, to: flow, seconds: passed / .seconds(1))
        }
        return figures
    }
}
