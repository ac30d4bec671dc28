internal import NIOCore
internal import Synchronization

/// Who listens to events: a bounded number, each with a few events between it and us. One that does not read is dropped,
/// so that it holds up neither the others nor memory.
final class EventListeners: Sendable {
    /// Events that a listener may be behind.
    private static let backlog = 3

    struct Listener: Sendable {
        fileprivate let id: Int
        let events: AsyncStream<ByteBuffer>
    }

    private struct Entry {
        let continuation: AsyncStream<ByteBuffer>.Continuation
        let drop: @Sendable () -> Void
    }

    private struct State {
        var entries: [Int: Entry] = [:]
        var nextID = 0
        var isClosed = false
    }

    private let maximum: Int
    private let state = Mutex(State())

    init(maximum: Int) {
        self.maximum = maximum
    }

    var count: Int { state.withLock { $0.entries.count } }

    /// - Parameter drop: closes the connection of a listener that does not read: nothing else ends its write.
    func add(drop: @escaping @Sendable () -> Void) throws(OpsError) -> Listener {
        let (events, continuation) = AsyncStream.makeStream(
            of: ByteBuffer.self,
            bufferingPolicy: .bufferingOldest(Self.backlog)
        )
        let id: Int? = state.withLock { state in
            guard !state.isClosed, state.entries.count < maximum else { return nil }
            state.nextID += 1
            state.entries[state.nextID] = Entry(continuation: continuation, drop: drop)
            return state.nextID
        }
        guard let id else {
            let message = "\(maximum) listen already, and more may not: close a page that shows this one"
            throw OpsError(503, "too_many_listeners", message, retryAfter: 10)
        }
        return Listener(id: id, events: events)
    }

    func remove(_ listener: Listener) {
        let entry = state.withLock { $0.entries.removeValue(forKey: listener.id) }
        entry?.continuation.finish()
    }

    func publish(_ event: ByteBuffer) {
        let entries = state.withLock { $0.entries }
        for (id, entry) in entries {
            guard case .dropped = entry.continuation.yield(event) else { continue }
            state.withLock { _ = $0.entries.removeValue(forKey: id) }
            entry.continuation.finish()
            entry.drop()
        }
    }

    /// Ends all streams, and takes no more.
    func close() {
        let entries = state.withLock { state in
            state.isClosed = true
            defer { state.entries = [:] }
            return state.entries
        }
        for entry in entries.values { entry.continuation.finish() }
    }
}
