internal import DequeModule
package import Logging
package import Reactor

/// One connection that mends itself. Commands of any number of tasks share it: all that a turn of the reactor produces
/// leaves in one write, and replies are matched by their order.
///
/// It connects when the first command comes, and after a loss when the next one does or is waiting. A command waits for a
/// connection until its deadline. Commands that were sent when the connection is lost fail with `connectionLost`: whether
/// they ran is unknown, so it is the caller who may send them again.
///
/// A server that says it is a replica, or that we have not logged in, is left: what was sent is answered, what comes later
/// waits for a fresh connection, for which the endpoint's name is looked up again.
@Reactor
package final class RedisConnection {
    private let configuration: RedisConfiguration
    private let logger: Logger

    /// Not sent yet: there is no connection.
    private var waiting = Deque<RedisRequest>()
    /// Sent, in the order of their replies.
    private var inFlight = Deque<RedisRequest>()
    private var commandsInFlight = 0
    private var deadlineTimer: (token: TimerToken, deadline: ContinuousClock.Instant)?

    private var state = ConnectionState()
    private var link: RedisLink?
    private var connecting: Task<Void, Never>?
    private var connectedAt = ContinuousClock.now
    /// Counts the connections made: each may lead to another server. 0 before the first.
    package private(set) var epoch = 0

    package init(configuration: RedisConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    // Nobody would ever answer what waits.
    isolated deinit {
        close()
    }

    /// Sends one command and awaits its reply. A server's error is thrown.
    ///
    /// - Parameter timeout: from now to the reply; the configuration's `commandTimeout` when nil.
    package func execute(
        _ command: RedisCommand,
        timeout: Duration? = nil
    ) async throws(RedisError) -> RedisReply {
        precondition(command.count == 1, "\(command.count) commands where one was expected")
        return try await begin(command, timeout: timeout).reply()
    }

    /// Sends the commands together and awaits all replies. Servers' errors are among the replies, not thrown.
    package func pipeline(
        _ command: RedisCommand,
        timeout: Duration? = nil
    ) async throws(RedisError) -> [RedisReply] {
        try await begin(command, timeout: timeout).replies()
    }

    /// Sends the commands; their replies are awaited later.
    ///
    /// - Parameters:
    ///   - atOnce: whether they leave now instead of with all else that this turn of the reactor writes: for what the
    ///     server can work on while this turn goes on.
    ///   - epoch: of the only connection that they may be sent on, for what depends on what was said on it, as `EXEC` does
    ///     on `WATCH`. Where it is gone, `connectionLost` is thrown by this call, and nothing was sent.
    package func begin(
        _ command: RedisCommand,
        timeout: Duration? = nil,
        atOnce: Bool = false,
        onlyOn epoch: Int? = nil
    ) throws(RedisError) -> RedisRequest {
        precondition(command.isComplete, "a command lacks arguments")
        guard !Task.isCancelled else { throw RedisError(.cancelled, "the task was cancelled") }
        guard !state.isClosed else { throw RedisError(.closed, "the Redis client is closed") }
        guard epoch == nil || (epoch == self.epoch && state.isReady && link != nil) else {
            throw RedisError(.connectionLost, "the connection to Redis at \(configuration.endpoint) is another by now")
        }
        guard commandsInFlight + command.count <= configuration.maximumCommandsInFlight else {
            let limit = configuration.maximumCommandsInFlight
            throw RedisError(.tooManyInFlight, "\(limit) commands are waiting or unanswered already")
        }
        let request = RedisRequest(
            command,
            deadline: ContinuousClock.now + (timeout ?? configuration.commandTimeout)
        )
        start(request)
        if atOnce { link?.flush() }
        return request
    }

    /// Closes the connection and fails what waits. No further command is taken.
    package func close() {
        state.close()
        connecting?.cancel()
        disconnect()
        let error = RedisError(.closed, "the Redis client is closed")
        for request in inFlight { request.fail(error) }
        for request in waiting { request.fail(error) }
        inFlight.removeAll()
        waiting.removeAll()
        commandsInFlight = 0
        if let deadlineTimer { Reactor.loop.cancel(deadlineTimer.token) }
        deadlineTimer = nil
    }

    // MARK: Sending

    private func start(_ request: RedisRequest) {
        commandsInFlight += request.command.count
        if let link, state.isReady {
            send(request, on: link)
        } else {
            waiting.append(request)
            connectIfNeeded()
        }
        watchDeadlines(from: request.deadline)
    }

    private func sendWaiting() {
        guard let link else { return }
        while let request = waiting.popFirst() {
            guard !request.isAbandoned else {
                commandsInFlight -= request.command.count
                continue
            }
            send(request, on: link)
        }
    }

    private func send(_ request: RedisRequest, on link: RedisLink) {
        request.epoch = epoch
        inFlight.append(request)
        link.write(request.command.bytes)
    }

    // MARK: Connecting

    private func connectIfNeeded() {
        guard state.beginConnecting() else { return }
        connecting = Task {
            await self.connect()
            self.connecting = nil
        }
    }

    /// Tries until it is connected, closed, or nobody waits any more.
    private func connect() async {
        while !state.isClosed {
            if state.failures > 0 {
                try? await Task.sleep(for: configuration.backoff.wait(afterFailures: state.failures))
                dropAbandoned()
                if waiting.isEmpty { return state.gaveUp() }
            }
            do throws(RedisError) {
                try await openAndGreet()
                guard state.connected() else { return disconnect() }
                epoch += 1
                connectedAt = .now
                logger.debug("redis_connected", metadata: ["endpoint": "\(configuration.endpoint)"])
                return sendWaiting()
            } catch {
                disconnect()
                logger.debug("redis_connection_failed", metadata: ["error": "\(error)"])
                guard state.failed(error) else { return }
            }
        }
    }

    private func dropAbandoned() {
        waiting.removeAll { request in
            guard request.isAbandoned else { return false }
            commandsInFlight -= request.command.count
            return true
        }
    }

    private func openAndGreet() async throws(RedisError) {
        let link = try await RedisLink.open(configuration, owner: self)
        guard !state.isClosed else {
            link.close()
            throw RedisError(.closed, "the Redis client is closed")
        }
        self.link = link
        guard let greeting = RedisGreeting(configuration) else { return }
        let deadline = ContinuousClock.now + configuration.connectTimeout
        let request = RedisRequest(greeting.command, deadline: deadline)
        commandsInFlight += request.command.count
        send(request, on: link)
        watchDeadlines(from: deadline)
        do throws(RedisError) {
            try greeting.check(try await request.replies())
        } catch {
            // A server that refuses a client says why and hangs up: that is the better reason.
            try greeting.check(request.received)
            throw error
        }
        // The greeting may have been answered and the connection lost in one turn, before this task went on.
        guard self.link === link else {
            throw RedisError(.cannotConnect, "the server hung up after the greeting")
        }
    }

    private func disconnect() {
        link?.close()
        link = nil
    }

    // MARK: Deadlines

    /// One timer a connection, for the earliest deadline it knows of; it looks again when it fires. Most commands are
    /// answered long before and have one timeout, so hardly ever is it cancelled and set anew.
    private func watchDeadlines(from deadline: ContinuousClock.Instant) {
        if let timer = deadlineTimer {
            guard deadline < timer.deadline else { return }
            Reactor.loop.cancel(timer.token)
        }
        let token = Reactor.loop.schedule(at: deadline) { [weak self] in self?.deadlineReached() }
        deadlineTimer = (token, deadline)
    }

    private func deadlineReached() {
        deadlineTimer = nil
        let now = ContinuousClock.now
        failOverdueWaiting(now)
        if let request = inFlight.first(where: { $0.deadline <= now }) {
            // Replies come in order: behind an overdue one all wait. A fresh connection is the only way out.
            request.fail(RedisError(.timedOut, "no answer from Redis at \(configuration.endpoint) in time"))
            lost("no answer in time")
        }
        if let next = (Array(inFlight) + Array(waiting)).map(\.deadline).min() {
            watchDeadlines(from: next)
        }
    }

    private func failOverdueWaiting(_ now: ContinuousClock.Instant) {
        let cause = state.lastError?.message ?? "no connection in time"
        let code =
            state.lastError?.code == .authenticationFailed ? RedisError.Code.authenticationFailed : .cannotConnect
        let error = RedisError(code, "Redis at \(configuration.endpoint): \(cause)")
        waiting.removeAll { request in
            guard request.deadline <= now || request.isAbandoned else { return false }
            commandsInFlight -= request.command.count
            request.fail(error)
            return true
        }
    }

    private func lost(_ cause: String) {
        guard link != nil else { return }
        disconnect()
        logger.debug("redis_connection_lost", metadata: ["error": "\(cause)"])
        let error = RedisError(.connectionLost, "connection to Redis at \(configuration.endpoint) lost: \(cause)")
        let failed = inFlight
        inFlight.removeAll()
        for request in failed {
            commandsInFlight -= request.command.count
            request.fail(error)
        }
        // While connecting, the failed greeting tells the task that connects.
        let lasted = connectedAt.duration(to: .now) > configuration.backoff.maximum
        if state.lost(error, lasted: lasted), !waiting.isEmpty { connectIfNeeded() }
    }
}

extension RedisConnection: RedisLinkOwner {
    func received(_ reply: RedisReply) {
        guard let request = inFlight.first else {
            return lost(reply.error?.message ?? "a reply that nobody asked for")
        }
        let refusal = reply.error.flatMap { $0.callsForAnotherConnection ? $0 : nil }
        if refusal != nil { state.retire() }
        if request.receive(reply) {
            inFlight.removeFirst()
            commandsInFlight -= request.command.count
        }
        if state.isRetiring && inFlight.isEmpty { lost(refusal?.message ?? "the server takes no writes from us") }
    }

    func failed(_ cause: String) {
        lost(cause)
    }
}
