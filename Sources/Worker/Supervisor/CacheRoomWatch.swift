internal import Logging
internal import Reactor
internal import RedisClient

/// Looks every few seconds how full Redis is, so that caches stop writing before jobs are refused. Says once that they
/// stop, and once that they go on.
@Reactor
final class CacheRoomWatch {
    private let connection: RedisConnection
    private let room: CacheRoom
    private let interval: Duration
    private let logger: Logger
    private var toldFull = false

    init(connection: RedisConnection, room: CacheRoom, interval: Duration, logger: Logger) {
        self.connection = connection
        self.room = room
        self.interval = interval
        self.logger = logger
    }

    /// Watches until it is cancelled. That Redis is away is for others to say.
    func run() async {
        while !Task.isCancelled {
            do throws(RedisError) {
                tell(room.look(try await connection.information("memory")), "Redis does not say how full it is")
            } catch {
                if error.code == .server && !error.isPassing {
                    room.ranOut()
                    tell(nil, error.message)
                }
            }
            try? await Task.sleep(for: interval)
        }
    }

    private func tell(_ memory: (used: Int, bound: Int)?, _ problem: String) {
        guard room.isFull != toldFull else { return }
        toldFull = room.isFull
        var facts: Logger.Metadata = [:]
        if let memory {
            facts = ["used_bytes": "\(memory.used)", "bound_bytes": "\(memory.bound)"]
        } else {
            facts = ["error": "\(problem)"]
        }
        guard room.isFull else { return logger.notice("cache_writes_resumed", metadata: facts) }
        facts["hint"] = """
            jobs go on, more of them ask the embedding service: give Redis more memory, or lower cache.embeddingTTL; see \
            cache.maximumRedisPercent and cache.maximumRedisBytes
            """
        logger.warning("cache_writes_stopped", metadata: facts)
    }
}
