package import RedisClient

/// Why a job was not put onto its lane.
package enum EnqueueError: Error, Sendable, CustomStringConvertible {
    /// Nothing was added, and nothing was trimmed to make room.
    case queueFull(QueueFull)
    /// Redis refused, or did not answer: then the job may be there. Sent again with the same id, it is done once.
    case redis(RedisError)

    package init(_ error: RedisError) {
        self = if let full = QueueFull(error) { .queueFull(full) } else { .redis(error) }
    }

    package var description: String {
        switch self {
        case .queueFull(let full): "\(full)"
        case .redis(let error): "\(error)"
        }
    }
}
