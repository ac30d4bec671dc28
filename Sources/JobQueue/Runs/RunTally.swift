internal import RedisClient

/// What became of a run's jobs, counted in the same step in which they are finished.
package struct RunTally: Sendable, Equatable {
    static let names: [StaticString] = ["ok", "error", "expired", "deduped"]

    package let ok: Int
    package let error: Int
    package let expired: Int
    /// Saves of `ok` whose very memory was there already.
    package let deduped: Int

    package init(ok: Int = 0, error: Int = 0, expired: Int = 0, deduped: Int = 0) {
        self.ok = ok
        self.error = error
        self.expired = expired
        self.deduped = deduped
    }

    /// Jobs that need nothing more.
    package var finished: Int { ok + error + expired }

    static func appendRead(_ key: String, to command: inout RedisCommand) {
        command.begin("HMGET", arguments: 1 + names.count)
        command.append(key)
        for name in names { command.append(name) }
    }

    /// Nil where the run has no tally.
    init?(_ reply: RedisReply) throws(RedisError) {
        if let error = reply.error { throw error }
        var cursor = reply.cursor
        _ = try cursor.array()
        var counts: [Int?] = []
        for _ in Self.names { counts.append(try cursor.scalarText().flatMap { Int($0) }) }
        guard counts.contains(where: { $0 != nil }) else { return nil }
        self.init(ok: counts[0] ?? 0, error: counts[1] ?? 0, expired: counts[2] ?? 0, deduped: counts[3] ?? 0)
    }
}
