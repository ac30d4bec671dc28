import MemoirClient
import RedisClient

extension CommandFailure {
    init(_ error: RedisError) {
        let event = error.code == .server ? "redis_refused" : "redis_connection_failed"
        self.init(.serviceUnavailable, "\(event): \(error): \(error.hint)")
    }

    init(_ error: MemoryError) {
        let status: ExitStatus =
            switch error.code {
            case .queueFull, .timedOut, .tooManyJobs: .tryAgain
            case .unavailable, .closed, .cancelled: .serviceUnavailable
            case .invalidConfiguration: .configuration
            default: .jobFailed
            }
        self.init(status, error.message)
    }
}
