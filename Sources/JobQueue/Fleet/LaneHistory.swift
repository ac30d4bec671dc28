internal import Reactor
package import RedisClient

/// What flowed through the lanes in the last hour, as whoever measures has written it down.
package enum LaneHistory {
    /// Between two samples.
    package static let interval = Duration.seconds(10)
    /// What is told of.
    private static let span = Duration.seconds(3_600)
    /// Kept in Redis: an hour, and some.
    private static let maximumSamples = 370
    private static let lifetime = Duration.seconds(7_200)

    /// Of one lane.
    package struct Figures: Sendable, Equatable {
        /// Jobs that came within the interval before.
        package var came: Int
        /// Jobs that left in the same time.
        package var left: Int
        /// At the sample's time.
        package var undelivered: Int
        package var pending: Int

        package init(came: Int, left: Int, undelivered: Int, pending: Int) {
            self.came = came
            self.left = left
            self.undelivered = undelivered
            self.pending = pending
        }

        /// - Parameter seconds: that have passed between the two looks: what flowed is that of one interval.
        package init(from before: LaneFlow, to now: LaneFlow, seconds: Double) {
            // One that has seen less than before is another lane, which was empty at first.
            let isSame = now.added >= before.added
            let came = now.added - (isSame ? before.added : 0)
            let left = max(0, came - now.entries + (isSame ? before.entries : 0))
            let share = LaneHistory.interval / .seconds(1) / max(0.001, seconds)
            self.came = Int((Double(came) * share).rounded())
            self.left = Int((Double(left) * share).rounded())
            undelivered = now.undelivered.count
            pending = now.pending
        }

        fileprivate var fields: [(name: String, value: Int)] {
            [("came", came), ("left", left), ("undelivered", undelivered), ("pending", pending)]
        }
    }

    package struct Sample: Sendable, Equatable {
        /// Milliseconds since 1970, by the clock of Redis.
        package var time: Int
        package var lanes: [Lane: Figures]

        package init(time: Int, lanes: [Lane: Figures]) {
            self.time = time
            self.lanes = lanes
        }
    }

    /// Appends the commands that write a sample of now.
    package static func append(_ lanes: [Lane: Figures], to command: inout RedisCommand, keys: JobKeys) {
        let fields = Lane.allCases.flatMap { lane in
            (lanes[lane]?.fields ?? []).map { (name: "\(lane.rawValue):\($0.name)", value: $0.value) }
        }
        guard !fields.isEmpty else { return }
        command.begin("XADD", arguments: 4 + 2 * fields.count)
        command.append(keys.history)
        command.append("MAXLEN")
        command.append(maximumSamples)
        command.append("*")
        for (name, value) in fields {
            command.append(name)
            command.append(value)
        }
        command.begin("PEXPIRE", arguments: 2)
        command.append(keys.history)
        command.append(Int(lifetime / .milliseconds(1)))
    }

    /// The samples of the last hour, oldest first. Where nobody has measured for a while there is a gap.
    @Reactor
    package static func read(on connection: RedisConnection, keys: JobKeys) async throws(RedisError) -> [Sample] {
        let now = try await connection.timeInMilliseconds()
        let first = max(0, now - Int(span / .milliseconds(1)))
        let command = RedisCommand("XRANGE", keys.history, "\(first)", "+", "COUNT", "\(maximumSamples)")
        var cursor = try await connection.execute(command).cursor
        var samples: [Sample] = []
        for _ in 0..<(try cursor.array() ?? 0) {
            _ = try cursor.array()
            let id = try cursor.scalarText() ?? ""
            var fields: [String: Int] = [:]
            for _ in 0..<(try cursor.array() ?? 0) / 2 {
                guard let name = try cursor.scalarText(), let value = try cursor.scalarText() else { continue }
                fields[name] = Int(value)
            }
            guard let time = Int(id.prefix { $0 != "-" }) else { continue }
            samples.append(Sample(time: time, lanes: lanes(fields)))
        }
        return samples
    }

    private static func lanes(_ fields: [String: Int]) -> [Lane: Figures] {
        var lanes: [Lane: Figures] = [:]
        for lane in Lane.allCases {
            let figure = { (name: String) in fields["\(lane.rawValue):\(name)"] }
            guard let came = figure("came"), let left = figure("left"), let undelivered = figure("undelivered"),
                let pending = figure("pending")
            else { continue }
            lanes[lane] = Figures(came: came, left: left, undelivered: undelivered, pending: pending)
        }
        return lanes
    }
}
