internal import RedisClient

/// What a run's writer must know before it adds a page, read on the connection that then watches the run's state.
struct RunCheck {
    let state: RunState?
    /// Entries of the lane.
    let length: Int
    /// Of the lane, where one is published.
    let bound: Int?
    /// Milliseconds since 1970.
    let pausedSince: Int?
    /// By the clock of Redis, in milliseconds since 1970.
    let now: Int
    /// Failures that there is room for.
    let failureRoom: Int
    /// Milliseconds that the tally is still kept, and failures are; nil where there is none.
    let tallyLifetime: Int?

    /// What was watched before is not any more: it may have been changed in between, by us.
    static func command(_ lane: Lane, _ run: String, _ collection: String, keys: JobKeys) -> RedisCommand {
        var command = RedisCommand(capacity: 512)
        command.begin("UNWATCH", arguments: 0)
        command.begin("WATCH", arguments: 1)
        command.append(keys.backfill(collection))
        command.begin("HGETALL", arguments: 1)
        command.append(keys.backfill(collection))
        command.begin("XLEN", arguments: 1)
        command.append(keys.jobs(lane))
        for table in [keys.limits, keys.paused] {
            command.begin("HGET", arguments: 2)
            command.append(table)
            command.append(lane.rawValue)
        }
        command.begin("TIME", arguments: 0)
        command.begin("HLEN", arguments: 1)
        command.append(keys.failures(run))
        command.begin("PTTL", arguments: 1)
        command.append(keys.tally(run))
        return command
    }

    init(_ replies: [RedisReply], _ collection: String) throws(RedisError) {
        for reply in replies {
            if let error = reply.error { throw error }
        }
        state = try RunState(collection: collection, replies[2])
        length = replies[3].integer ?? 0
        bound = Self.number(replies[4])
        pausedSince = Self.number(replies[5])
        var time = replies[6].cursor
        _ = try time.array()
        now = try time.integer() &* 1_000 &+ time.integer() / 1_000
        failureRoom = max(0, Runs.maximumFailures - (replies[7].integer ?? 0))
        switch replies[8].integer ?? -2 {
        case -2: tallyLifetime = nil
        case -1: tallyLifetime = Int(Runs.lifetime / .milliseconds(1))
        case let milliseconds: tallyLifetime = max(1, milliseconds)
        }
    }

    private static func number(_ reply: RedisReply) -> Int? {
        reply.text.flatMap { Int(String(decoding: $0, as: UTF8.self)) }
    }
}
