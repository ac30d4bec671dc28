internal import DequeModule
internal import Reactor

/// Notifications that nobody has asked for yet, and the one task that waits for them.
@Reactor
final class NotificationInbox {
    private let capacity: Int
    private var notifications: Deque<PostgresNotification> = []
    private let waiter = SingleWaiter()
    private var isAwaited = false
    private var channels: Set<String> = []
    /// Why nothing more comes.
    private var loss: PostgresError?
    private(set) var dropped = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Whether it is not listened to yet.
    func listen(_ channel: String) -> Bool {
        loss = nil
        return channels.insert(channel).inserted
    }

    func unlisten(_ channel: String) {
        channels.remove(channel)
        waiter.signal()
    }

    func put(_ notification: PostgresNotification) {
        if notifications.count >= capacity {
            notifications.removeFirst()
            dropped += 1
        }
        notifications.append(notification)
        waiter.signal()
    }

    /// The session is over, and what it listened to with it.
    func lost(_ error: PostgresError) {
        if !channels.isEmpty { loss = error }
        channels = []
        waiter.signal()
    }

    /// nil when the deadline passed.
    func next(until deadline: ContinuousClock.Instant?) async throws(PostgresError) -> PostgresNotification? {
        guard !isAwaited else {
            throw PostgresError(.busy, "another task waits for the notifications of this connection")
        }
        isAwaited = true
        defer { isAwaited = false }
        while notifications.isEmpty {
            guard !channels.isEmpty else {
                throw loss ?? PostgresError(.notListening, "this connection listens to no channel")
            }
            switch await waiter.wait(until: deadline) {
            case .signalled: break
            case .timedOut: return nil
            case .cancelled: throw PostgresLink.cancelled
            }
        }
        return notifications.removeFirst()
    }
}
