import JobQueue
import RedisClient

extension CommandFailure {
    init(_ error: RedisError) {
        let event = error.code == .server ? "redis_refused" : "redis_connection_failed"
        self.init(.serviceUnavailable, "\(event): \(error): \(error.hint)")
    }

    init(_ error: EnqueueError) {
        switch error {
        case .queueFull(let full): self.init(.tryAgain, "\(full)")
        case .redis(let error): self.init(error)
        }
    }
}
