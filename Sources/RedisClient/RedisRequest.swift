internal import Reactor

/// One call's commands on their way, and who waits for the replies. Replies come in the order sent, so a request never
/// leaves the line before its replies are in: one whose caller gave up is `abandoned`, and they are thrown away.
@Reactor
final class RedisRequest {
    typealias Outcome = Result<[RedisReply], RedisError>

    let command: RedisCommand
    let deadline: ContinuousClock.Instant
    private var replies: [RedisReply] = []
    private var continuation: CheckedContinuation<Outcome, Never>?

    init(
        _ command: RedisCommand,
        deadline: ContinuousClock.Instant,
        continuation: CheckedContinuation<Outcome, Never>
    ) {
        self.command = command
        self.deadline = deadline
        self.continuation = continuation
    }

    var isAbandoned: Bool { continuation == nil }

    /// Whether that was the last reply.
    func receive(_ reply: RedisReply) -> Bool {
        replies.append(reply)
        guard replies.count == command.count else { return false }
        resume(.success(replies))
        return true
    }

    func fail(_ error: RedisError) {
        resume(.failure(error))
    }

    /// The continuation is gone before it is resumed, so that it is resumed once.
    private func resume(_ outcome: Outcome) {
        let waiting = continuation
        continuation = nil
        waiting?.resume(returning: outcome)
    }
}
