internal import JobQueue
internal import Reactor
internal import RedisClient

/// Whether living workers hold entries that they no longer know of: those at work are renewed every few seconds, however
/// long they take, also while a service is away. What a worker had claimed of a lane before it was paused rests with it.
struct HeldEntryCheck: Check {
    struct Holding {
        let worker: String
        let lane: Lane
        /// Those counted; there may be more where it is `maximumEntries`.
        let count: Int
        let longest: Duration
    }

    private static let tooLong = Duration.seconds(300)
    private static let maximumEntries = 100
    /// Workers looked at, and told of.
    private static let maximumWorkers = 100
    private static let maximumListed = 5

    let name = "held entries"
    let redis: RedisConnection
    let keys: JobKeys

    func findings() async throws -> [Finding] {
        var holdings: [Holding] = []
        let paused = try await LaneControl(connection: redis, keys: keys).paused()
        let members = try await ConsumerCensus.take(redis, keys).members.filter { $0.isAlive && $0.held > 0 }
        for member in members.prefix(Self.maximumWorkers) {
            for (lane, count) in member.pending where count > 0 && paused[lane] == nil {
                let times = try await redis.holdingTimes(
                    of: member.name,
                    group: JobKeys.group,
                    stream: keys.jobs(lane),
                    minimum: Self.tooLong,
                    limit: Self.maximumEntries
                )
                guard let longest = times.max() else { continue }
                holdings.append(Holding(worker: member.name, lane: lane, count: times.count, longest: longest))
            }
        }
        return Self.judge(holdings)
    }

    static func judge(_ holdings: [Holding]) -> [Finding] {
        guard !holdings.isEmpty else {
            return [.ok("no running worker has left one without renewal for \(Age.text(tooLong))")]
        }
        let worst = holdings.sorted { $0.longest > $1.longest }.prefix(maximumListed)
        return worst.map { holding in
            let count = holding.count == maximumEntries ? "\(maximumEntries) or more" : "\(holding.count)"
            return .warning(
                """
                \(holding.worker) lives and has held \(count) of \(holding.lane.rawValue) for up to \
                \(Age.text(holding.longest)) without renewing: it lost track of them; stopped, it leaves them to others
                """,
                mend: "systemctl restart memoir-worker   # or docker compose restart worker"
            )
        }
    }
}
