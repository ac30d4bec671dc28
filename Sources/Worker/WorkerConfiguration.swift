package import JobQueue
package import Reactor

/// The bounds of one worker. Its memory is a function of these, not of the backlog.
package struct WorkerConfiguration: Sendable {
    /// The consumer's name in every group; must differ between living workers.
    package var id: String
    /// Jobs claimed and not finished, for each lane. Defaults to search 256, save 512, embed 512, bulk 1,024.
    package var slots: [Lane: Int] = [.search: 256, .save: 512, .embed: 512, .bulk: 1_024]
    /// Jobs claimed by one read. Defaults to 256.
    package var claimCount = 256
    /// Bytes that one read should bring: reads of large jobs claim fewer. Defaults to 4 MiB.
    package var claimBytes = 4 << 20
    /// How long a read waits for a job. Defaults to 5 s.
    package var blockTime = Duration.seconds(5)
    /// Calls to the embedding provider at once. Defaults to 4.
    package var embeddingConcurrency = 4
    /// Calls to the vector store at once. Defaults to 4.
    package var storeConcurrency = 4
    /// Points of one upsert. Defaults to 256.
    package var upsertPoints = 256
    /// Searches of one query to the store. Defaults to 64.
    package var queryBatch = 64
    /// How long a stop waits for jobs in flight before it hands them back. Defaults to 20 s.
    package var drainDeadline = Duration.seconds(20)
    /// Seconds that results are kept where the job does not say. Defaults to 86,400.
    package var resultTTL = 86_400
    /// Bytes of `content` and `query`. Defaults to 1 MiB.
    package var maximumContentBytes = 1 << 20
    /// Bytes of `metadata` and `filters`. Defaults to 64 KiB.
    package var maximumJSONBytes = 64 << 10
    /// About how many dead letters are kept. Defaults to 1,000.
    package var deadLettersKept = 1_000
    /// Entries that a lane may hold before producers are refused.
    package var laneLimits = LaneLimits()
    /// What calls to the embedding provider may use, all workers together, and what they cost.
    package var spending = SpendingLimits()
    /// After which a lane that waits for the budget asks for it again. Defaults to 3 s.
    package var budgetPause = Duration.seconds(3)
    /// Between two signs of life. A worker that misses four in a row counts as dead. Defaults to 1 s.
    package var heartbeatInterval = Duration.seconds(1)
    /// Attempts of a job at the most. A service that is away costs none. Defaults to 5.
    package var maximumAttempts = 5
    /// Times that a job is given to a worker at the most: one that workers die with again and again is buried. Defaults
    /// to 5.
    package var maximumDeliveries = 5
    /// Before the next attempt of a job that failed. Defaults to 1 s growing to 5 min.
    package var attemptBackoff = Backoff(initial: .seconds(1), maximum: .seconds(300))
    /// Between attempts while a service is away. Defaults to 200 ms growing to 5 s.
    package var backoff = Backoff(initial: .milliseconds(200), maximum: .seconds(5))
    /// Between attempts while Redis is away: work goes on within a second of its return. Defaults to 100 ms growing to 1 s.
    package var redisBackoff = Backoff(initial: .milliseconds(100), maximum: .seconds(1))
    /// For one Redis command. Defaults to 5 s.
    package var commandTimeout = Duration.seconds(5)
    package var cache = CacheConfiguration()

    /// Signs of life that may be lost before the worker counts as dead.
    private static let missedBeats = 4

    /// How long a sign of life lasts.
    var heartbeatLifetime: Duration { heartbeatInterval * Self.missedBeats }

    package init(id: String) {
        self.id = id
    }
}
