package import Reactor
package import RedisClient

/// The dead letters: shown, sent again, removed.
@Reactor
package struct DeadLetters {
    /// What became of some letters.
    package struct Replayed: Sendable, Equatable {
        package var replayed = 0
        /// Not there any more: replayed or removed by somebody else meanwhile.
        package var gone = 0
        /// Why the rest are still there.
        package var full: QueueFull?
    }

    private let connection: RedisConnection
    private let keys: JobKeys
    private let limits: LaneLimits
    private let replayScript = RedisScript(ReplayScript.source)

    /// - Parameter limits: hold where none are published in Redis.
    package init(connection: RedisConnection, keys: JobKeys, limits: LaneLimits = LaneLimits()) {
        self.connection = connection
        self.keys = keys
        self.limits = limits
    }

    /// How many there are, whatever they are.
    package func count() async throws(RedisError) -> Int {
        try await connection.streamLength(keys.dead)
    }

    /// - Parameters:
    ///   - now: ms since 1970 by the clock of Redis, which ages are counted from.
    ///   - last: the last letter that is meant, where later ones are not; with `(` before it, it is not meant itself; nil
    ///     for all.
    package func pages(
        _ filter: DeadLetterFilter,
        _ order: DeadLetterPages.Order,
        now: Int,
        last: String? = nil
    ) -> DeadLetterPages {
        DeadLetterPages(connection: connection, keys: keys, filter: filter, order: order, now: now, last: last)
    }

    /// nil for a letter that is not there.
    package func letter(_ id: String) async throws(RedisError) -> DeadLetter? {
        var cursor = try await connection.execute(RedisCommand("XRANGE", keys.dead, id, id)).cursor
        guard try cursor.array() == 1 else { return nil }
        return try DeadLetter(&cursor)
    }

    /// Puts each letter's job onto its lane again, with the same id and its attempts anew, removes its old result and the
    /// letter, and takes back what its run counted of it, atomically. Safe to call again, also at the same time: each job
    /// is sent once.
    ///
    /// - Parameter letters: of a page. None may have a `refusal`.
    package func replay(_ letters: [DeadLetter]) async throws(RedisError) -> Replayed {
        let lanes = Lane.allCases
        var arguments = RedisArguments(capacity: 512 + 128 * letters.count)
        arguments.append(keys.dead)
        arguments.append(keys.limits)
        for lane in lanes { arguments.append(keys.jobs(lane)) }
        for letter in letters { arguments.append(keys.result(letter.jobID ?? [])) }
        let runs = Array(Set(letters.compactMap(\.run)))
        for run in runs {
            arguments.append(keys.tally(run))
            arguments.append(keys.failures(run))
        }
        arguments.append(lanes.count)
        for lane in lanes {
            arguments.append(lane.rawValue)
            arguments.append(limits[lane])
        }
        for letter in letters {
            guard letter.refusal == nil, let lane = letter.lane, let index = lanes.firstIndex(of: lane) else {
                preconditionFailure("letter \(letter.id) cannot be replayed")
            }
            arguments.append(letter.id)
            arguments.append(index + 1)
            let run = letter.run.flatMap(runs.firstIndex)
            arguments.append(run.map { 3 + lanes.count + letters.count + 2 * $0 } ?? 0)
            arguments.append(letter.failureName)
        }
        let reply = try await replayScript.run(
            on: connection,
            keyCount: 2 + lanes.count + letters.count + 2 * runs.count,
            arguments
        )
        return try Self.read(reply, lanes)
    }

    /// Removes the letters.
    ///
    /// - Returns: how many of them were there.
    package func purge(_ letters: [DeadLetter]) async throws(RedisError) -> Int {
        guard !letters.isEmpty else { return 0 }
        var command = RedisCommand(capacity: 128 + 32 * letters.count)
        command.begin("XDEL", arguments: 1 + letters.count)
        command.append(keys.dead)
        for letter in letters { command.append(letter.id) }
        return try await connection.execute(command).integer ?? 0
    }

    private static func read(_ reply: RedisReply, _ lanes: [Lane]) throws(RedisError) -> Replayed {
        var cursor = reply.cursor
        let count = try cursor.array() ?? 0
        var outcome = Replayed(replayed: try cursor.integer(), gone: try cursor.integer())
        if count == 5 {
            let index = try cursor.integer() - 1
            let length = try cursor.integer()
            let bound = try cursor.integer()
            guard lanes.indices.contains(index) else { throw RedisError(.unexpectedReply, "no lane \(index + 1)") }
            outcome.full = QueueFull(lane: lanes[index], length: length, bound: bound)
        }
        return outcome
    }
}
