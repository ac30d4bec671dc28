internal import NIOCore
internal import Synchronization

/// The open connections, of which there may be so many. Where one comes that is too many, the one is closed that has let
/// the server wait for longest: whoever opens connections and says nothing, or reads nothing, takes the places of others
/// that do so, and never that of a request that is being answered.
package final class Connections: Sendable {
    private struct Entry {
        let channel: any Channel
        /// Since when it is the client's turn: to send a request, or to read the answer. nil while it is ours.
        var waitsSince: ContinuousClock.Instant?
        /// Whether the client has closed its side.
        var isDeparted = false
        var onDeparture: (@Sendable () -> Void)?
    }

    private let maximum: Int
    private let entries = Mutex<[ObjectIdentifier: Entry]>([:])

    init(maximum: Int) {
        self.maximum = maximum
    }

    var count: Int { entries.withLock { $0.count } }

    func opened(_ channel: any Channel, at now: ContinuousClock.Instant = .now) {
        let surplus: (any Channel)? = entries.withLock { entries in
            entries[ObjectIdentifier(channel)] = Entry(channel: channel, waitsSince: now)
            guard entries.count > maximum else { return nil }
            let waiting = entries.filter { $0.value.waitsSince != nil }
            guard let longest = waiting.min(by: { $0.value.waitsSince ?? now < $1.value.waitsSince ?? now }) else {
                return nil
            }
            // At once: it may take a while until its end is told.
            return entries.removeValue(forKey: longest.key)?.channel
        }
        surplus?.close(promise: nil)
    }

    /// The client has closed its side, or the connection is gone: nobody waits for an answer any more.
    func departed(_ channel: any Channel) {
        let action = entries.withLock { entries in
            entries[ObjectIdentifier(channel)]?.isDeparted = true
            return entries[ObjectIdentifier(channel)]?.onDeparture
        }
        action?()
    }

    func closed(_ channel: any Channel) {
        departed(channel)
        entries.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    /// From now on it is not the client's turn.
    func beginAnswer(_ channel: any Channel) {
        set(channel) { $0.waitsSince = nil }
    }

    func endAnswer(_ channel: any Channel) {
        set(channel) { $0.waitsSince = .now }
    }

    /// Runs something that is cancelled when the client goes away.
    func whileConnected<Answer: Sendable>(
        _ channel: any Channel,
        _ body: @escaping @Sendable () async throws(OpsError) -> Answer
    ) async throws(OpsError) -> Answer {
        let executor = EventLoopExecutor(channel.eventLoop)
        let task = Task(executorPreference: executor) { () async -> Result<Answer, OpsError> in
            do throws(OpsError) { return .success(try await body()) } catch { return .failure(error) }
        }
        whenDeparted(channel) { task.cancel() }
        defer { forgetDeparture(of: channel) }
        return try await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }.get()
    }

    /// Does something when the client goes away, at once where it has. Only the last one counts.
    func whenDeparted(_ channel: any Channel, _ action: @escaping @Sendable () -> Void) {
        let isDeparted = set(channel) { entry in
            entry.onDeparture = action
            return entry.isDeparted
        }
        if isDeparted ?? true { action() }
    }

    func forgetDeparture(of channel: any Channel) {
        set(channel) { $0.onDeparture = nil }
    }

    @discardableResult
    private func set<Answer: Sendable>(_ channel: any Channel, _ change: (inout Entry) -> Answer) -> Answer? {
        entries.withLock { entries in
            guard var entry = entries[ObjectIdentifier(channel)] else { return nil }
            defer { entries[ObjectIdentifier(channel)] = entry }
            return change(&entry)
        }
    }
}
