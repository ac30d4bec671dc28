internal import JobQueue
internal import Reactor
internal import RedisClient

/// How full the lanes are, and whether they run.
struct LaneCheck: Check {
    struct LaneState {
        let lane: Lane
        let length: Int
        /// Entries before producers are refused; nil where none is recorded.
        var limit: Int?
        /// For how long; nil where it runs.
        var pausedFor: Duration?
    }

    private static let warningPercent = 80

    let name = "lanes"
    let redis: RedisConnection
    let keys: JobKeys

    func findings() async throws -> [Finding] {
        let limits = try await redis.hash(keys.limits)
        let pauses = try await redis.hash(keys.paused)
        let now = try await redis.timeInMilliseconds()
        var states: [LaneState] = []
        for lane in Lane.allCases {
            var state = LaneState(lane: lane, length: try await redis.streamLength(keys.jobs(lane)))
            state.limit = limits.first { $0.name == lane.rawValue }.flatMap { Int($0.value) }
            if let pause = pauses.first(where: { $0.name == lane.rawValue }) {
                // What stands there may be anything.
                let since = Int(pause.value).map { min(max(0, $0), now) } ?? now
                state.pausedFor = .milliseconds(now - since)
            }
            states.append(state)
        }
        return Self.judge(states)
    }

    static func judge(_ lanes: [LaneState]) -> [Finding] {
        let lengths = lanes.map { "\($0.lane.rawValue) \($0.length)" }.joined(separator: ", ")
        let findings = lanes.flatMap { lane in [fullness(of: lane), pause(of: lane)].compactMap { $0 } }
        return findings.isEmpty ? [.ok("entries: \(lengths)")] : findings
    }

    private static func fullness(of lane: LaneState) -> Finding? {
        guard let limit = lane.limit, limit > 0 else { return nil }
        let percent = Percentage.of(limit, used: lane.length)
        guard percent >= warningPercent else { return nil }
        let text = "\(lane.lane.rawValue) holds \(lane.length) of at most \(limit) entries"
        let mend = "memoir worker   # one more; memoir stats shows whether the lane gets shorter"
        return lane.length >= limit
            ? .failure("\(text): producers are refused with queue_full", mend: mend)
            : .warning("\(text): producers will be refused soon", mend: mend)
    }

    private static func pause(of lane: LaneState) -> Finding? {
        guard let duration = lane.pausedFor else { return nil }
        return .warning(
            "\(lane.lane.rawValue) is paused for \(Age.text(duration)), with \(lane.length) entries waiting",
            mend: "memoir resume \(lane.lane.rawValue)"
        )
    }
}
