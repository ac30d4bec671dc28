internal import JobQueue
internal import Reactor
internal import RedisClient

/// Asks Redis for what is cached. What comes during one turn of the reactor is asked for in one round trip.
///
/// How much waits for an answer is bounded by the jobs in flight. Nothing waits for longer than Redis' own commands: where
/// one fails, nothing is found.
@Reactor
final class CacheLookUp {
    /// Of one command: the server does nothing else while it gathers them.
    static let maximumKeys = 512

    private let connection: RedisConnection
    private let keys: JobKeys
    private let asksForVectors: Bool
    private let dimensions: Int
    private var questions: [CacheQuestion] = []
    private let idle = IdleWorkers()

    /// - Parameters:
    ///   - connection: shared by all that does not block.
    ///   - asksForVectors: whether vectors are kept in Redis at all.
    init(connection: RedisConnection, keys: JobKeys, asksForVectors: Bool, dimensions: Int) {
        self.connection = connection
        self.keys = keys
        self.asksForVectors = asksForVectors
        self.dimensions = dimensions
    }

    func ask(_ change: (inout CacheQuestion) -> Void) {
        if questions.last.map({ $0.count >= Self.maximumKeys }) ?? true { questions.append(CacheQuestion()) }
        change(&questions[questions.count - 1])
        idle.wakeOne()
    }

    /// Runs until it is cancelled.
    ///
    /// - Parameter found: told of every question, once.
    func run(found: @escaping @Reactor (CacheQuestion, CacheQuestion.Findings) -> Void) async {
        await withDiscardingTaskGroup { calls in
            while !Task.isCancelled {
                let ready = questions
                questions.removeAll(keepingCapacity: true)
                for question in ready {
                    calls.addTask(executorPreference: Reactor.loop) { await self.ask(question, found) }
                }
                if ready.isEmpty { await idle.wait() }
            }
        }
    }

    private func ask(
        _ question: CacheQuestion,
        _ found: @Reactor (CacheQuestion, CacheQuestion.Findings) -> Void
    ) async {
        let command = question.command(keys, asksForVectors: asksForVectors)
        var replies: [RedisReply] = []
        // Without searches, and with vectors that are not kept in Redis, there is nothing to ask.
        if command.count > 0 {
            do throws(RedisError) {
                replies = try await connection.pipeline(command)
            } catch {
                // The worker ends: its jobs are handed over.
                guard error.code != .cancelled && error.code != .closed else { return }
            }
        }
        found(question, question.findings(replies, asksForVectors: asksForVectors, dimensions: dimensions))
    }
}
