internal import JobQueue
internal import Logging
internal import Reactor
internal import RedisClient

/// Says which server this is, and what it can do, whenever a connection leads to another one; and loudly where it is too
/// old for Memoir's scripts.
@Reactor
final class ServerWatch {
    private static let interval = Duration.seconds(5)

    private let probe: ServerProbe
    private let logger: Logger
    private var told: ServerCapabilities?

    init(connection: RedisConnection, logger: Logger) {
        probe = ServerProbe(connection: connection)
        self.logger = logger
    }

    /// Watches until it is cancelled, without a word to the server while its connection stands. That Redis is away is for
    /// others to say.
    func run() async {
        while !Task.isCancelled {
            if let capabilities = try? await probe.capabilities(), capabilities != told {
                told = capabilities
                tell(capabilities)
            }
            try? await Task.sleep(for: Self.interval)
        }
    }

    private func tell(_ server: ServerCapabilities) {
        let facts: Logger.Metadata = [
            "product": "\(server.product.rawValue)", "version": "\(server.version)",
            "beyond_7_0": "\(server.additions.joined(separator: ", "))",
        ]
        if server.isTooOld {
            let hint: Logger.Metadata = [
                "hint": "Memoir needs Redis \(ServerCapabilities.oldestRedis) or newer, or Valkey"
            ]
            logger.error("redis_too_old", metadata: facts.merging(hint) { $1 })
        } else {
            logger.info("redis_server", metadata: facts)
        }
    }
}
