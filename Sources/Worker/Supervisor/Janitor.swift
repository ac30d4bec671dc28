internal import JobQueue
internal import Logging
internal import Reactor
internal import RedisClient

/// Keeps the house: removes consumers that are gone and have nothing left, bounds the dead letters and the cancel marks,
/// publishes the lanes' bounds, reports jobs that nobody takes over.
@Reactor
final class Janitor {
    private static let interval = Duration.seconds(5)
    /// Orphans that are older than this are reported: their lane has no worker, or none with a free slot.
    private static let orphanAge = Duration.seconds(30)

    private let connection: RedisConnection
    private let keys: JobKeys
    private let census: GroupCensus
    private let deadLettersKept: Int
    private let limits: LaneLimits
    private let logger: Logger
    private var orphansSince: [GroupCensus.Consumer: ContinuousClock.Instant] = [:]

    init(
        connection: RedisConnection,
        keys: JobKeys,
        census: GroupCensus,
        deadLettersKept: Int,
        limits: LaneLimits,
        logger: Logger
    ) {
        self.connection = connection
        self.keys = keys
        self.census = census
        self.deadLettersKept = deadLettersKept
        self.limits = limits
        self.logger = logger
    }

    /// Returns when to act again.
    func act() async throws(RedisError) -> Duration {
        let gone = try await census.consumersWithoutHeartbeat()
        for (consumer, pending) in gone where pending == 0 { try await census.dismiss(consumer) }
        reportOrphans(gone.filter { $0.value > 0 }, at: .now)
        var command = RedisCommand("XTRIM", keys.dead, "MAXLEN", "~", "\(deadLettersKept)")
        command.begin("ZREMRANGEBYSCORE", arguments: 3)
        command.append(keys.cancelled)
        command.append("-inf")
        command.append(WallClock.milliseconds)
        for reply in try await connection.pipeline(command) {
            if let error = reply.error { throw error }
        }
        try await limits.publish(on: connection, keys: keys)
        return Self.interval
    }

    private func reportOrphans(_ orphans: [GroupCensus.Consumer: Int], at now: ContinuousClock.Instant) {
        orphansSince = orphans.reduce(into: [:]) { since, orphan in
            since[orphan.key] = orphansSince[orphan.key] ?? now
        }
        for (consumer, pending) in orphans {
            guard let since = orphansSince[consumer], since.duration(to: now) > Self.orphanAge else { continue }
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
