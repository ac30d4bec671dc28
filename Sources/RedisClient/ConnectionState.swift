/// The life of a connection, without its sockets: events in, answers out.
///
///     down ── beginConnecting ──▶ connecting ── connected ──▶ ready
///      ▲                            │   ▲                      │
///      └───────── gaveUp ───────────┘   └── (failed: retries) ─┴── lost ──▶ down          any ── close ──▶ closed
struct ConnectionState {
    private enum State: Equatable {
        case down
        case connecting(failures: Int)
        case ready
        case closed
    }

    private var state = State.down
    /// Why there is no connection; nil while there is one.
    private(set) var lastError: RedisError?

    var isReady: Bool { state == .ready }
    var isClosed: Bool { state == .closed }

    /// Whether the caller is to start connecting: nobody else does.
    mutating func beginConnecting() -> Bool {
        guard state == .down else { return false }
        state = .connecting(failures: 0)
        return true
    }

    /// Whether the fresh connection is still wanted.
    mutating func connected() -> Bool {
        guard case .connecting = state else { return false }
        state = .ready
        lastError = nil
        return true
    }

    /// An attempt failed. Returns the failures in a row, which set the wait; 0 when no further attempt is wanted.
    mutating func failed(_ error: RedisError) -> Int {
        guard case .connecting(let failures) = state else { return 0 }
        state = .connecting(failures: failures + 1)
        lastError = error
        return failures + 1
    }

    /// Nobody waits for a connection any more.
    mutating func gaveUp() {
        if case .connecting = state { state = .down }
    }

    /// The connection broke. Whether it was in use, so that the caller connects again where that is wanted; one that
    /// breaks while it is being made is its maker's to see.
    mutating func lost(_ error: RedisError) -> Bool {
        guard state == .ready else { return false }
        state = .down
        lastError = error
        return true
    }

    mutating func close() {
        state = .closed
    }
}
