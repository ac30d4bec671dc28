package import Reactor
package import RedisClient

/// One worker's part in the consumer group of every lane: claims jobs, finishes them, gives them back.
@Reactor
package final class ConsumerGroup {
    /// Entries given back by one call of the script, which blocks the server while it runs.
    private static let releasedAtOnce = 100

    private let connection: RedisConnection
    private let keys: JobKeys
    private let consumer: String
    private let deadLettersKept: Int
    private let commandTimeout: Duration
    private let finishScript = RedisScript(FinishScript.source)
    private let releaseScript = RedisScript(ReleaseScript.source)

    /// - Parameters:
    ///   - connection: shared by all that does not block.
    ///   - consumer: the worker's id.
    ///   - deadLettersKept: about how many dead letters are kept; older ones are dropped.
    package init(
        connection: RedisConnection,
        keys: JobKeys,
        consumer: String,
        deadLettersKept: Int,
        commandTimeout: Duration
    ) {
        self.connection = connection
        self.keys = keys
        self.consumer = consumer
        self.deadLettersKept = deadLettersKept
        self.commandTimeout = commandTimeout
    }

    /// Creates the lane's stream and group where they are missing. The group begins at the stream's first entry: entries
    /// are removed when they are done, so what is there is to be run.
    package func prepare(_ lane: Lane) async throws(RedisError) {
        try await connection.createGroup(JobKeys.group, stream: keys.jobs(lane), start: "0")
    }

    /// Asks for entries that nobody has claimed; they are awaited later.
    ///
    /// - Parameters:
    ///   - blocking: the lane's own connection.
    ///   - block: how long to wait for the first entry.
    package func beginClaim(
        _ lane: Lane,
        count: Int,
        block: Duration,
        on blocking: RedisConnection
    ) throws(RedisError) -> RedisRequest {
        try blocking.beginReadGroup(
            JobKeys.group,
            consumer: consumer,
            stream: keys.jobs(lane),
            count: count,
            block: block,
            commandTimeout: commandTimeout
        )
    }

    /// Entries that this worker has claimed already, after `after` (nil for all): what a lost answer to a claim held, or
    /// what it held when it was last stopped.
    package func claimed(
        _ lane: Lane,
        after: ArraySlice<UInt8>?,
        count: Int
    ) async throws(RedisError) -> RedisReply {
        try await connection.beginReadGroup(
            JobKeys.group,
            consumer: consumer,
            stream: keys.jobs(lane),
            after: after.map { String(decoding: $0, as: UTF8.self) } ?? "0",
            count: count,
            commandTimeout: commandTimeout
        )
        .reply()
    }

    /// Writes results, acknowledges and removes, atomically. Safe to call again when its answer was lost.
    package func finish(_ batch: FinishBatch, now: Int) async throws(RedisError) {
        let (keyCount, arguments) = batch.arguments(keys: keys, deadLettersKept: deadLettersKept, now: now)
        _ = try await finishScript.run(on: connection, keyCount: keyCount, arguments)
    }

    /// Gives back all that this worker has claimed on the lane and leaves the group.
    ///
    /// - Returns: how many jobs were given back.
    package func leave(_ lane: Lane) async throws(RedisError) -> Int {
        var total = 0
        while true {
            var arguments = RedisArguments()
            arguments.append(keys.jobs(lane))
            arguments.append(JobKeys.group)
            arguments.append(consumer)
            arguments.append(Self.releasedAtOnce)
            let released = try await releaseScript.run(on: connection, keyCount: 1, arguments).integer ?? 0
            total += released
            // A page that is not full may still have more behind it: entries that cannot be given back take places.
            if released == 0 { return total }
        }
    }
}
