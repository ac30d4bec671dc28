package import Reactor

/// Commands on their way, and their replies when they are in. Replies come in the order sent, so a request never leaves
/// the line before its replies are in: one whose caller gave up is `abandoned`, and they are thrown away.
@Reactor
package final class RedisRequest {
    typealias Outcome = Result<[RedisReply], RedisError>

    let command: RedisCommand
    let deadline: ContinuousClock.Instant
    /// Of the connection that it was sent on: see `RedisConnection.epoch`. 0 while it is not sent.
    package internal(set) var epoch = 0
    /// So far.
    private(set) var received: [RedisReply] = []
    private var outcome: Outcome?
    private var waiting: CheckedContinuation<Outcome, Never>?

    init(_ command: RedisCommand, deadline: ContinuousClock.Instant) {
        self.command = command
        self.deadline = deadline
    }

    /// Whether nobody needs the replies any more, be it that the request has failed.
    var isAbandoned: Bool { outcome != nil && received.count < command.count }

    /// All replies, in the order of the commands; servers' errors are among them. To be awaited by one task only.
    package func replies() async throws(RedisError) -> [RedisReply] {
        if let outcome { return try outcome.get() }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Outcome, Never>) in
                if let known = self.outcome { continuation.resume(returning: known) } else { waiting = continuation }
            }
        } onCancel: {
            Task { @Reactor in fail(RedisError(.cancelled, "the task was cancelled")) }
        }
        return try outcome.get()
    }

    /// The reply of a single command; a server's error is thrown.
    package func reply() async throws(RedisError) -> RedisReply {
        let reply = try await replies()[0]
        if let error = reply.error { throw error }
        return reply
    }

    /// Whether that was the last reply.
    func receive(_ reply: RedisReply) -> Bool {
        received.append(reply)
        guard received.count == command.count else { return false }
        finish(.success(received))
        return true
    }

    func fail(_ error: RedisError) {
        finish(.failure(error))
    }

    /// The first outcome stands. The continuation is gone before it is resumed, so that it is resumed once.
    private func finish(_ outcome: Outcome) {
        guard self.outcome == nil else { return }
        self.outcome = outcome
        let continuation = waiting
        waiting = nil
        continuation?.resume(returning: outcome)
    }
}
