internal import JobQueue
internal import Logging
internal import Reactor
internal import RedisClient

/// The producer's side of the queue, on the reactor: puts jobs onto their lanes and waits for their results.
///
/// Two connections, whatever the number of jobs: one for commands, and one whose read of the reply stream blocks.
@Reactor
final class JobClient {
    /// For a last look at a result whose announcement has not come, and for tidying up.
    private static let lastLook = Duration.seconds(1)
    /// Between two attempts while Redis is away.
    private static let backoff = Backoff(initial: .milliseconds(50), maximum: .seconds(1))

    private let connection: RedisConnection
    private let keys: JobKeys
    private let producer: Producer
    private let replies: String
    private let watch: ReplyWatch
    private let clock: ServerClock
    private let commandTimeout: Duration
    private let maximumWaits: Int
    private var isClosed = false

    /// - Parameters:
    ///   - limits: the lanes' bounds where none are published in Redis.
    ///   - name: sets this client's reply stream apart from others'.
    ///   - maximumWaits: jobs that are waited for at once.
    init(
        redis: RedisConfiguration,
        keys: JobKeys,
        limits: LaneLimits,
        name: String,
        maximumWaits: Int,
        logger: Logger
    ) {
        let connection = RedisConnection(configuration: redis, logger: logger)
        self.connection = connection
        self.keys = keys
        self.maximumWaits = maximumWaits
        commandTimeout = redis.commandTimeout
        producer = Producer(connection: connection, keys: keys, limits: limits)
        replies = keys.replies(name)
        clock = ServerClock(connection: connection)
        watch = ReplyWatch(
            stream: replies,
            keys: keys,
            connection: RedisConnection(configuration: redis, logger: logger),
            commandTimeout: redis.commandTimeout,
            backoff: Self.backoff
        )
    }

    /// Whether Redis answers, and takes commands from us.
    func ping() async throws(MemoryError) {
        do throws(RedisError) {
            _ = try await connection.execute(RedisCommand("PING"))
        } catch {
            throw MemoryError(error, jobID: nil)
        }
    }

    /// By the clock of Redis, which workers go by, in milliseconds since 1970.
    func timeInMilliseconds(until deadline: ContinuousClock.Instant) async throws(MemoryError) -> Int {
        do throws(RedisError) {
            return try await clock.milliseconds(timeout: timeout(until: deadline))
        } catch {
            throw MemoryError(error, jobID: nil)
        }
    }

    /// Puts the job onto its lane, unless the lane is full. Tried again until the deadline where Redis is away or its
    /// answer was lost: what a job does is done once, however often it is sent.
    ///
    /// - Parameter announced: whether the result is going to be waited for.
    func enqueue(
        _ request: JobRequest,
        announced: Bool = false,
        until deadline: ContinuousClock.Instant
    ) async throws(MemoryError) {
        var fields = RedisArguments(capacity: 512)
        for (name, value) in request.fields {
            fields.append(name)
            fields.append(value)
        }
        if announced {
            fields.append("reply_to")
            fields.append(replies)
        }
        var failures = 0
        while true {
            do throws(EnqueueError) {
                return try await producer.enqueue(fields, on: request.lane, timeout: timeout(until: deadline))
            } catch {
                failures += 1
                guard case .redis(let cause) = error, await isWorthRetrying(cause, failures, until: deadline) else {
                    throw MemoryError(error, jobID: request.id)
                }
            }
        }
    }

    /// Sends the job and waits for its result: JSON, as it stands in Redis.
    func result(of request: JobRequest, until deadline: ContinuousClock.Instant) async throws(MemoryError) -> [UInt8] {
        guard watch.count < maximumWaits else { throw .tooManyJobs(maximumWaits) }
        let wait = watch.begin(request.id)
        defer { watch.end(wait) }
        try await enqueue(request, announced: true, until: deadline)
        while true {
            let news = await wait.next(until: deadline)
            switch news {
            case .answered(let result): return result
            case .announced, .perhapsMissed, .perhapsLost:
                if let result = try await patientResult(of: request.id, until: deadline) { return result }
                if case .perhapsLost = news { try await enqueue(request, announced: true, until: deadline) }
            case .timedOut: return try await lastResult(of: request.id)
            case .refused(let error): throw MemoryError(error, jobID: request.id)
            case .cancelled: throw .cancelled(jobID: request.id)
            case .closed: throw .closed(jobID: request.id)
            }
        }
    }

    /// The job's result, JSON, if it is there.
    ///
    /// - Parameter timeout: the connection's own when nil.
    func result(of id: String, timeout: Duration? = nil) async throws(RedisError) -> [UInt8]? {
        var command = RedisCommand(capacity: 128)
        command.begin("GET", arguments: 1)
        command.append(keys.result(ArraySlice(id.utf8)))
        return try await connection.execute(command, timeout: timeout).text.map { Array($0) }
    }

    /// Removes the reply stream and closes the connections. Whoever waits is told.
    func close() async {
        guard !isClosed else { return }
        isClosed = true
        watch.close()
        _ = try? await connection.execute(RedisCommand("DEL", replies), timeout: Self.lastLook)
        connection.close()
    }

    private func patientResult(
        of id: String,
        until deadline: ContinuousClock.Instant
    ) async throws(MemoryError) -> [UInt8]? {
        var failures = 0
        while true {
            do throws(RedisError) {
                return try await result(of: id, timeout: timeout(until: deadline))
            } catch {
                failures += 1
                guard await isWorthRetrying(error, failures, until: deadline) else {
                    throw MemoryError(error, jobID: id)
                }
            }
        }
    }

    /// The result whose announcement has not come: there it is, or why it is not.
    private func lastResult(of id: String) async throws(MemoryError) -> [UInt8] {
        do throws(RedisError) {
            if let result = try await result(of: id, timeout: Self.lastLook) { return result }
            if let problem = watch.problem { throw problem }
        } catch {
            throw MemoryError(error, jobID: id)
        }
        throw .timedOut(jobID: id)
    }

    /// A command that is not answered in time costs all the connection: it gets a second, be the caller ever so hasty.
    private func timeout(until deadline: ContinuousClock.Instant) -> Duration {
        min(commandTimeout, max(ContinuousClock.now.duration(to: deadline), Self.lastLook))
    }

    /// Whether to send a command again; pauses before that.
    private func isWorthRetrying(
        _ error: RedisError,
        _ failures: Int,
        until deadline: ContinuousClock.Instant
    ) async -> Bool {
        guard error.passesByItself, !isClosed else { return false }
        let next = ContinuousClock.now + Self.backoff.wait(afterFailures: failures)
        guard next < deadline else { return false }
        try? await Task.sleep(until: next)
        return !isClosed
    }
}
