internal import JobQueue
internal import Logging
internal import Reactor
internal import RedisClient

/// Puts retries and scheduled jobs back onto their lanes when they are due.
@Reactor
struct Promoter {
    private static let shortestWait = Duration.milliseconds(10)
    private static let longestWait = Duration.milliseconds(400)

    let delayed: DelayedJobs
    let logger: Logger

    /// Returns when to look again.
    func act() async throws(RedisError) -> Duration {
        let promotion = try await delayed.promote()
        if promotion.unreadable > 0 {
            logger.error(
                "delayed_job_unreadable",
                metadata: [
                    "count": "\(promotion.unreadable)",
                    "hint": "something else wrote to the set of delayed jobs; looked at again in 1 h",
                ]
            )
        }
        guard let wait = promotion.untilNext else { return Self.longestWait }
        return max(Self.shortestWait, min(wait, Self.longestWait))
    }
}
