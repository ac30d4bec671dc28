/// The life of a connection, without its sockets: events in, answers out.
///
///     down ── beginConnecting ──▶ connecting ── connected ──▶ ready ── retire ──▶ retiring
///      ▲                            │   ▲                      │                     │
///      └───────── gaveUp ───────────┘   └── (failed: retries)  └──────── lost ───────┴──▶ down    any ── close ──▶ closed
///
/// A connection that is lost soon after it was made counts as one more attempt that failed: without that, a server that
/// takes connections and is of no use would be asked in a hot loop.
struct ConnectionState {
    private enum State: Equatable {
        case down
        case connecting
        case ready
        /// Still answering what was sent, and sent nothing more.
        case retiring
        case closed
    }

    private var state = State.down
    /// Attempts in a row that brought no lasting connection: they set the wait before the next one.
    private(set) var failures = 0
    /// Why there is no connection; nil while there is one.
    private(set) var lastError: RedisError?

    var isReady: Bool { state == .ready }
    var isRetiring: Bool { state == .retiring }
    var isClosed: Bool { state == .closed }

    /// Whether the caller is to start connecting: nobody else does.
    mutating func beginConnecting() -> Bool {
        guard state == .down else { return false }
        state = .connecting
        return true
    }

    /// Whether the fresh connection is still wanted.
    mutating func connected() -> Bool {
        guard state == .connecting else { return false }
        state = .ready
        lastError = nil
        return true
    }

    /// An attempt failed. Whether a further one is wanted.
    mutating func failed(_ error: RedisError) -> Bool {
        guard state == .connecting else { return false }
        failures += 1
        lastError = error
        return true
    }

    /// Nobody waits for a connection any more: whoever is next begins without a wait.
    mutating func gaveUp() {
        guard state == .connecting else { return }
        state = .down
        failures = 0
    }

    /// The connection is of no more use than to answer what was sent.
    mutating func retire() {
        if state == .ready { state = .retiring }
    }

    /// The connection broke. Whether it was in use, so that the caller connects again where that is wanted; one that
    /// breaks while it is being made is its maker's to see.
    ///
    /// - Parameter lasted: whether it had been there for longer than the longest wait between attempts.
    mutating func lost(_ error: RedisError, lasted: Bool) -> Bool {
        guard state == .ready || state == .retiring else { return false }
        state = .down
        failures = lasted ? 0 : failures + 1
        lastError = error
        return true
    }

    mutating func close() {
        state = .closed
    }
}
