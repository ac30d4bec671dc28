internal import JSON
internal import Synchronization

/// Makes `notifications/progress` of what a tool reports. Closed before the call's answer is sent, and when the call is
/// cancelled: the lock sees to it that no progress comes after either.
final class ProgressChannel: Sendable {
    private let token: RequestID
    private let pace: Mutex<ProgressPace>
    private let now: @Sendable () -> ContinuousClock.Instant
    /// Takes a whole message. Must not wait, and is called under the lock.
    private let send: @Sendable ([UInt8]) -> Void

    init(
        token: RequestID,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        send: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.token = token
        self.now = now
        self.send = send
        pace = Mutex(ProgressPace())
    }

    func report(_ value: Double, of total: Double?, _ message: String?) {
        pace.withLock { pace in
            guard pace.admit(value, at: now()) else { return }
            send(notification(value, of: total, message))
        }
    }

    /// Nothing is sent from here on.
    func close() {
        pace.withLock { $0.close() }
    }

    private func notification(_ value: Double, of total: Double?, _ message: String?) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 160)
        writer.beginObject()
        writer.name("jsonrpc")
        writer.string("2.0")
        writer.name("method")
        writer.string("notifications/progress")
        writer.name("params")
        writer.beginObject()
        writer.name("progressToken")
        writer.raw(token.json)
        writer.name("progress")
        writer.raw(value.description.utf8)
        if let total, total.isFinite {
            writer.name("total")
            writer.raw(total.description.utf8)
        }
        if let message {
            writer.name("message")
            writer.string(message)
        }
        writer.endObject()
        writer.endObject()
        return writer.finish()
    }
}
