internal import Reactor
package import RedisClient

/// How many entries each lane may hold before producers are refused. Nothing is ever trimmed.
///
/// The bounds are published in Redis, so that every producer, in whatever language, is held to the same ones.
package struct LaneLimits: Sendable, Equatable {
    /// Entries of `jobs:search`, waiting and in work. Defaults to 100,000.
    package var search = 100_000
    /// Entries of `jobs:save`. Defaults to 100,000.
    package var save = 100_000
    /// Entries of `jobs:embed`. Defaults to 100,000.
    package var embed = 100_000
    /// Entries of `jobs:bulk`. Defaults to 1,000,000.
    package var bulk = 1_000_000

    package init() {}

    package subscript(lane: Lane) -> Int {
        switch lane {
        case .search: search
        case .save: save
        case .embed: embed
        case .bulk: bulk
        }
    }

    /// Writes all bounds, over those that stand there.
    @Reactor
    package func publish(on connection: RedisConnection, keys: JobKeys) async throws(RedisError) {
        var command = RedisCommand(capacity: 256)
        command.begin("HSET", arguments: 1 + 2 * Lane.allCases.count)
        command.append(keys.limits)
        for lane in Lane.allCases {
            command.append(lane.rawValue)
            command.append(self[lane])
        }
        _ = try await connection.execute(command)
    }

    /// The bounds that stand in Redis: none for a lane that nobody has published one for.
    @Reactor
    package static func published(
        on connection: RedisConnection,
        keys: JobKeys
    ) async throws(RedisError) -> [Lane: Int] {
        try await LaneTable.read(keys.limits, on: connection)
    }
}
