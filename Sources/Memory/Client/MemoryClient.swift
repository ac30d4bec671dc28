package import JobQueue
package import Reactor
package import RedisClient

/// The producer's side: puts jobs onto their lanes and waits for their results.
///
/// Results are announced on a stream of this client's own, so that nobody polls: while anybody waits, one read of the
/// stream blocks on a connection of its own. Any number of tasks may wait at once.
@Reactor
package final class MemoryClient {
    private let connection: RedisConnection
    private let keys: JobKeys
    private let producer: Producer
    private let replies: String
    private let watch: ReplyWatch

    /// - Parameters:
    ///   - limits: the lanes' bounds where none are published in Redis.
    ///   - name: sets this client's reply stream apart from others': a random one where there is no better.
    ///   - makeBlocking: opens a connection for reads that block.
    package init(
        connection: RedisConnection,
        keys: JobKeys,
        limits: LaneLimits = LaneLimits(),
        name: String,
        commandTimeout: Duration,
        makeBlocking: @escaping @Reactor () -> RedisConnection
    ) {
        self.connection = connection
        self.keys = keys
        producer = Producer(connection: connection, keys: keys, limits: limits)
        replies = keys.replies(name)
        watch = ReplyWatch(stream: replies, commandTimeout: commandTimeout, makeConnection: makeBlocking)
    }

    /// Puts the job onto its lane, unless the lane is full. Safe to call again when its answer was lost: what the job does
    /// is done once.
    ///
    /// - Parameter announcesResult: whether `waitForResult` is going to be called.
    package func enqueue(_ request: JobRequest, announcesResult: Bool) async throws(EnqueueError) {
        var fields = RedisArguments(capacity: 512)
        for (name, value) in request.fields {
            fields.append(name)
            fields.append(value)
        }
        if announcesResult {
            fields.append("reply_to")
            fields.append(replies)
        }
        try await producer.enqueue(fields, on: request.lane)
    }

    /// The job's result; nil when there is none before the deadline.
    package func waitForResult(
        of id: String,
        until deadline: ContinuousClock.Instant
    ) async throws(RedisError) -> JobAnswer? {
        while true {
            let waiting = watch.begin(id)
            defer { watch.end(waiting) }
            if let answer = try await result(of: id) { return answer }
            guard ContinuousClock.now < deadline else { return nil }
            await watch.wait(waiting, until: deadline)
            if let failure = watch.failure { throw failure }
        }
    }

    /// The job's result if it is there.
    package func result(of id: String) async throws(RedisError) -> JobAnswer? {
        var command = RedisCommand(capacity: 128)
        command.begin("GET", arguments: 1)
        command.append(keys.result(ArraySlice(id.utf8)))
        guard let text = try await connection.execute(command).text else { return nil }
        guard let answer = JobAnswer(parsing: text) else {
            throw RedisError(.unexpectedReply, "the key of job \(id)'s result holds something else")
        }
        return answer
    }

    /// Removes the reply stream and closes the blocking connection.
    package func close() async {
        watch.close()
        _ = try? await connection.execute(RedisCommand("DEL", replies))
    }
}
