package import Reactor
package import RedisClient

/// Consumers of the groups that show no sign of life.
@Reactor
package final class GroupCensus {
    package struct Consumer: Sendable, Hashable {
        package let lane: Lane
        package let name: String

        package init(lane: Lane, name: String) {
            self.lane = lane
            self.name = name
        }
    }

    private let connection: RedisConnection
    private let keys: JobKeys
    private let censusScript = RedisScript(CensusScript.source)
    private let dismissScript = RedisScript(DismissScript.source)

    package init(connection: RedisConnection, keys: JobKeys) {
        self.connection = connection
        self.keys = keys
    }

    /// Consumers without a heartbeat, and how many entries each has claimed.
    package func consumersWithoutHeartbeat() async throws(RedisError) -> [Consumer: Int] {
        var arguments = RedisArguments()
        for lane in Lane.allCases { arguments.append(keys.jobs(lane)) }
        arguments.append(JobKeys.group)
        arguments.append(keys.worker(""))
        var cursor = try await censusScript.run(on: connection, keyCount: Lane.allCases.count, arguments).cursor
        var consumers: [Consumer: Int] = [:]
        for _ in 0..<(try cursor.array() ?? 0) / 3 {
            let lane = try cursor.integer()
            guard let name = try cursor.string(), Lane.allCases.indices.contains(lane - 1) else {
                throw RedisError(.unexpectedReply, "a consumer without a lane or name")
            }
            let consumer = Consumer(lane: Lane.allCases[lane - 1], name: String(decoding: name, as: UTF8.self))
            consumers[consumer] = try cursor.integer()
        }
        return consumers
    }

    /// Removes a consumer from its group, unless it is alive or has entries.
    package func dismiss(_ consumer: Consumer) async throws(RedisError) {
        var arguments = RedisArguments()
        arguments.append(keys.jobs(consumer.lane))
        arguments.append(keys.worker(consumer.name))
        arguments.append(JobKeys.group)
        arguments.append(consumer.name)
        _ = try await dismissScript.run(on: connection, keyCount: 2, arguments)
    }
}
