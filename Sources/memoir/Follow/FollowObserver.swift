import Backfill
import Logging

/// Tells what a follower does: in the log, as a service does, and where it is asked for to a program on standard output.
struct FollowObserver: Sendable {
    let collection: String
    let isJSON: Bool
    let logger: Logger

    init(collection: String, isJSON: Bool, logger: Logger) {
        self.collection = collection
        self.isJSON = isJSON
        var logger = logger
        logger[metadataKey: "collection"] = "\(collection)"
        self.logger = logger
    }

    func take(_ event: FollowEvent) {
        log(event)
        if isJSON { Output.line(FollowJSON.event(event, of: collection)) }
    }

    private func log(_ event: FollowEvent) {
        switch event {
        case .following(.trigger, _): logger.info("follow_started", metadata: ["mode": "trigger"])
        case .following(.polling(let interval), let since):
            logger.info(
                "follow_started",
                metadata: ["mode": "polling", "interval": "\(interval)", "since": "\(since ?? "now")"]
            )
        case .changes(let counts): logger.info("follow_changes", metadata: Self.metadata(counts))
        case .truncated:
            logger.warning(
                "follow_truncated",
                metadata: ["hint": "the table was emptied: memoir backfill -c \(collection) --prune forgets its rows"]
            )
        case .deaf(let reason): logger.error("follow_deaf", metadata: ["error": "\(reason)"])
        case .hears: logger.info("follow_hears")
        case .waiting(let reason):
            logger.warning("follow_waiting", metadata: ["reason": "\(reason.code)", "error": "\(reason.message)"])
        case .goesOn: logger.info("follow_goes_on")
        case .sendsAgain: logger.warning("follow_sends_again", metadata: ["hint": "Redis has lost what it had"])
        case .stopped(let counts): logger.info("follow_stopped", metadata: Self.metadata(counts))
        }
    }

    private static func metadata(_ counts: FollowCounts) -> Logger.Metadata {
        ["saved": "\(counts.saved)", "forgotten": "\(counts.forgotten)", "rejected": "\(counts.rejected)"]
    }
}
