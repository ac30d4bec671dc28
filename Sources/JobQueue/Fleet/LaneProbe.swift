internal import Reactor
internal import RedisClient

/// Compares some of a lane's pending entries with what stands in its stream, in small steps: whether anybody else than
/// workers has changed it.
@Reactor
struct LaneProbe {
    /// Pending entries up to which their whole list is gone through: of ids, which is cheap.
    private static let listed = 10_000
    /// Ids of one step.
    private static let page = 250
    /// Groups of one step where the list is too long for that.
    private static let groupsAtOnce = 10
    private static let maximumEntries = 1_000

    private(set) var isSound = true
    private var compared = 0
    private var standing = 0

    /// - Parameter look: at the lane, a moment ago.
    /// - Returns: nil where the lane is gone.
    static func take(
        _ lane: Lane,
        since look: LaneFlow,
        with script: RedisScript,
        on connection: RedisConnection,
        keys: JobKeys
    ) async throws(RedisError) -> LaneProbe? {
        var probe = LaneProbe()
        let groups = groups(look)
        func step(
            _ page: Int,
            _ offset: Int,
            _ stride: Int,
            _ places: [String]
        ) async throws(RedisError) -> (String, Int)? {
            var arguments = RedisArguments()
            for argument in [keys.jobs(lane), JobKeys.group, "\(page)", "\(offset)", "\(stride)"] + places {
                arguments.append(argument)
            }
            var cursor = try await script.run(on: connection, keyCount: 1, arguments).cursor
            guard try cursor.array() != nil else { return nil }
            if try cursor.integer() == 0 { probe.isSound = false }
            probe.compared += try cursor.integer()
            probe.standing += try cursor.integer()
            return (try cursor.scalarText() ?? "end", try cursor.integer())
        }
        if look.pending <= listed {
            let stride = max(ProbeScript.group, look.pending / groups)
            // Each time at other places.
            var (place, offset) = ("-", Int.random(in: 0..<stride))
            for _ in 0...(2 * listed / page) where place != "end" {
                guard let next = try await step(page, offset, stride, [place]) else { return nil }
                (place, offset) = next
            }
        } else {
            let places = look.pendingSpan?.places(groups) ?? []
            for start in stride(from: 0, to: places.count, by: groupsAtOnce) {
                let some = Array(places[start..<min(places.count, start + groupsAtOnce)])
                guard try await step(ProbeScript.group, 0, ProbeScript.group, some) != nil else { return nil }
            }
        }
        return probe
    }

    /// Of so many pending entries: how many more stand than are pending, or fewer, going by those that were looked at.
    func unlisted(of pending: Int) -> Int {
        compared > 0 ? Int((Double(standing - compared) / Double(compared) * Double(pending)).rounded()) : 0
    }

    /// The fewer wait, the more do a few entries matter that nobody has told us of. A stretch of deleted entries that is
    /// 5 % of those that wait is longer than what lies between two groups.
    private static func groups(_ look: LaneFlow) -> Int {
        let weight = max(1, Double(look.pending) / Double(max(1, look.undelivered.count)))
        return Int(min(Double(maximumEntries), 200 * weight).rounded(.up)) / ProbeScript.group
    }
}
