internal import JobQueue
internal import Reactor
internal import RedisClient

/// The members of the lanes' groups, and which of them live.
struct ConsumerCensus: Sendable {
    /// Workers whose sign of life is looked for; a fleet has fewer.
    private static let maximumConsumers = 1_000
    /// Steps of the walk over all keys in search of idle workers, and keys that the server looks at in each.
    private static let maximumSteps = 100
    private static let stepCount = 1_000

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
    /// Whether a worker may be alive that was not found: there are more keys than are looked at.
    var mayLackWorkers = false

    /// - Parameter findsIdle: whether workers are looked for that have never claimed an entry. Before Redis 7.2 they are
    ///   no members of a group, and only their sign of life tells of them.
    @Reactor
    static func take(
        _ redis: RedisConnection,
        _ keys: JobKeys,
        findsIdle: Bool = false
    ) async throws(RedisError) -> ConsumerCensus {
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
        if findsIdle { try await census.addIdleWorkers(redis, keys) }
        return census
    }

    @Reactor
    private mutating func addIdleWorkers(_ redis: RedisConnection, _ keys: JobKeys) async throws(RedisError) {
        var names = Set(members.map(\.name))
        let prefix = Array(keys.worker("").utf8)
        var position = "0"
        for _ in 0..<Self.maximumSteps {
            let step = try await redis.scan(from: position, matching: keys.workerPattern, count: Self.stepCount)
            for key in step.keys {
                let name = String(decoding: key.dropFirst(prefix.count), as: UTF8.self)
                guard names.count < Self.maximumConsumers, names.insert(name).inserted else { continue }
                members.append(Member(name: name, isAlive: true, idle: .zero))
            }
            position = step.next
            if position == "0" { return }
        }
        mayLackWorkers = true
    }
}
