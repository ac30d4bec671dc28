package import Reactor
package import RedisClient

/// One worker's part in the consumer group of every lane: claims jobs and finishes them.
@Reactor
package final class ConsumerGroup {
    let connection: RedisConnection
    let keys: JobKeys
    package let consumer: String
    private let deadLettersKept: Int
    private let commandTimeout: Duration
    private let finishScript = RedisScript(FinishScript.source)
    private let delayScript = RedisScript(DelayScript.source)
    let adoptScript = RedisScript(AdoptScript.source)
    let renewScript = RedisScript(RenewScript.source)
    let handOverScript = RedisScript(HandOverScript.source)

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
    /// are removed when they are done, so what is there is to be run. The worker becomes a member of it at once: members
    /// are how others know of it.
    package func prepare(_ lane: Lane) async throws(RedisError) {
        let stream = keys.jobs(lane)
        try await connection.createGroup(JobKeys.group, stream: stream, start: "0")
        try await connection.createConsumer(consumer, group: JobKeys.group, stream: stream)
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

    /// Writes results, acknowledges and removes, atomically. Safe to call again when its answer was lost.
    package func finish(_ batch: FinishBatch, now: Int) async throws(RedisError) {
        let (keyCount, arguments) = batch.arguments(
            keys: keys,
            consumer: consumer,
            deadLettersKept: deadLettersKept,
            now: now
        )
        _ = try await finishScript.run(on: connection, keyCount: keyCount, arguments)
        if !batch.cancelled.isEmpty { try await forgetMarks(batch.cancelled) }
    }

    /// A mark that stays would cancel the next job of its id.
    private func forgetMarks(_ jobIDs: [ArraySlice<UInt8>]) async throws(RedisError) {
        var command = RedisCommand()
        command.begin("ZREM", arguments: 1 + jobIDs.count)
        command.append(keys.cancelled)
        for id in jobIDs { command.append(id) }
        ControlMessage.changed.append(to: &command, keys: keys)
        for reply in try await connection.pipeline(command) {
            if let error = reply.error { throw error }
        }
    }

    /// Puts jobs aside until their time, atomically. Safe to call again when its answer was lost.
    package func delay(_ batch: DelayBatch) async throws(RedisError) {
        _ = try await delayScript.run(on: connection, keyCount: 3, batch.arguments(keys: keys, consumer: consumer))
    }
}
