internal import JobQueue
internal import Reactor
internal import RedisClient

/// The members of the lanes' groups, and which of them live.
struct ConsumerCensus: Sendable {
    /// Workers whose sign of life is looked for; a fleet has fewer.
    private static let maximumConsumers = 1_000

    /// One consumer on all lanes.
    struct Member: Sendable {
        let name: String
        let isAlive: Bool
        /// By lane; lanes on which it is no member are left out.
        var pending: [(lane: Lane, count: Int)] = []
        /// Since it last asked for entries on any lane.
        var idle: Duration

        var held: Int { pending.reduce(0) { $0 + $1.count } }
    }

    var members: [Member] = []
    /// Entries of all lanes that nobody has claimed.
    var undelivered = 0

    /// A worker is a member from its start, whether it has claimed an entry or not.
    @Reactor
    static func take(_ redis: RedisConnection, _ keys: JobKeys) async throws(RedisError) -> ConsumerCensus {
        var census = ConsumerCensus()
        var consumers: [String: [(lane: Lane, consumer: StreamConsumer)]] = [:]
        for lane in Lane.allCases {
            let stream = keys.jobs(lane)
            let members = try await redis.consumers(of: JobKeys.group, stream: stream) ?? []
            for consumer in members where consumers[consumer.name] != nil || consumers.count < maximumConsumers {
                consumers[consumer.name, default: []].append((lane, consumer))
            }
        }
        let flows = try await LaneFlowReader(connection: redis, keys: keys).read()
        census.undelivered = flows.values.reduce(0) { $0 + $1.undelivered.count }
        for (name, places) in consumers.sorted(by: { $0.key < $1.key }) {
            let isAlive = try await redis.execute(RedisCommand("EXISTS", keys.worker(name))).integer == 1
            let idle = places.map(\.consumer.idle).min() ?? .zero
            let pending = places.map { (lane: $0.lane, count: $0.consumer.pending) }
            census.members.append(Member(name: name, isAlive: isAlive, pending: pending, idle: idle))
        }
        return census
    }
}
