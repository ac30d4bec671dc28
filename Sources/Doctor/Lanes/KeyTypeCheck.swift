internal import JobQueue
internal import Reactor
internal import RedisClient

/// Whether Memoir's keys hold what they should: a key of another type stops whatever uses it.
struct KeyTypeCheck: Check {
    struct Key: Equatable {
        let name: String
        let expected: String
        /// `none` where there is no such key.
        let found: String
    }

    let name = "keys"
    let redis: RedisConnection
    let keys: JobKeys
    let cli: RedisCommandLine

    func findings() async throws -> [Finding] {
        var found: [Key] = []
        for (name, expected) in Self.expected(keys) {
            found.append(Key(name: name, expected: expected, found: try await redis.keyType(name)))
        }
        return Self.judge(found, cli: cli)
    }

    static func judge(_ found: [Key], cli: RedisCommandLine) -> [Finding] {
        let wrong = found.filter { $0.found != "none" && $0.found != $0.expected }
        guard !wrong.isEmpty else { return [.ok("all of the right type")] }
        return wrong.map { key in
            .failure(
                "\(key.name) is a \(key.found) where a \(key.expected) should be",
                mend: cli("RENAMENX", key.name, key.name + ".wrong") + "   # kept, to see who wrote it",
                "memoir bootstrap"
            )
        }
    }

    static func expected(_ keys: JobKeys) -> [(name: String, type: String)] {
        Lane.allCases.map { (keys.jobs($0), "stream") } + [
            (keys.delayed, "zset"), (keys.dead, "stream"), (keys.stats, "hash"), (keys.cancelled, "zset"),
            (keys.rates, "hash"), (keys.history, "stream"), (keys.paused, "hash"), (keys.limits, "hash"),
            (keys.control, "stream"), (keys.generations, "hash"), (keys.provider, "hash"),
        ]
    }
}
