internal import JobQueue
internal import Logging
internal import Reactor
internal import RedisClient

/// Keeps the house: removes consumers that are gone and have nothing left, bounds the dead letters and the cancel marks,
/// publishes the lanes' bounds, reports jobs that nobody takes over.
@Reactor
final class Janitor {
    private static let interval = Duration.seconds(5)

    private let connection: RedisConnection
    private let keys: JobKeys
    private let census: GroupCensus
    private let deadLettersKept: Int
    private let limits: LaneLimits
    private let orphanAge: Duration
    private let logger: Logger
    private var orphansSince: [GroupCensus.Consumer: ContinuousClock.Instant] = [:]

    /// - Parameter orphanAge: orphans are reported that wait for so long: their lane has no worker, or none with a free slot.
    init(
        connection: RedisConnection,
        keys: JobKeys,
        census: GroupCensus,
        deadLettersKept: Int,
        limits: LaneLimits,
        orphanAge: Duration = .seconds(30),
        logger: Logger
    ) {
        self.connection = connection
        self.keys = keys
        self.census = census
        self.deadLettersKept = deadLettersKept
        self.limits = limits
        self.orphanAge = orphanAge
        self.logger = logger
    }

    /// Returns when to act again.
    func act() async throws(RedisError) -> Duration {
        let gone = try await census.consumersWithoutHeartbeat()
        for (consumer, pending) in gone where pending == 0 { try await census.dismiss(consumer) }
        reportOrphans(gone.filter { $0.value > 0 }, at: .now)
        _ = try await connection.execute(RedisCommand("XTRIM", keys.dead, "MAXLEN", "~", "\(deadLettersKept)"))
        try await forgetOldMarks()
        try await limits.publish(on: connection, keys: keys)
        return Self.interval
    }

    /// Their times are of the clock of Redis. Workers that know the marks are told.
    private func forgetOldMarks() async throws(RedisError) {
        let now = try await connection.timeInMilliseconds()
        let command = RedisCommand("ZREMRANGEBYSCORE", keys.cancelled, "-inf", "\(now)")
        guard let count = try await connection.execute(command).integer, count > 0 else { return }
        var message = RedisCommand()
        ControlMessage.changed.append(to: &message, keys: keys)
        _ = try await connection.execute(message)
    }

    /// Each dead consumer's, again and again while they are there, though not at each look.
    private func reportOrphans(_ orphans: [GroupCensus.Consumer: Int], at now: ContinuousClock.Instant) {
        orphansSince = orphans.reduce(into: [:]) { since, orphan in
            since[orphan.key] = orphansSince[orphan.key] ?? now
        }
        for (consumer, pending) in orphans {
            guard let since = orphansSince[consumer], since.duration(to: now) >= orphanAge else { continue }
            orphansSince[consumer] = now
            logger.warning(
                "jobs_orphaned",
                metadata: [
                    "lane": "\(consumer.lane.rawValue)", "consumer": "\(consumer.name)", "count": "\(pending)",
                    "hint": "start a worker that serves the lane, or resume the lane if it is paused",
                ]
            )
        }
    }
}
