/// The life of a connection, without its sockets: events in, answers out. One statement at a time.
///
///     down ── begin ──▶ connecting ── connected ──▶ running ── ended ──▶ idle ── begin ──▶ running
///      ▲                    │                         │                    ▲
///      ├────── failed ──────┘                     abandoned                │
///      │                                              ▼                    │
///      └──────────── lost (from any with a connection) draining ── drained ┘         any ── close ──▶ closed
struct ConnectionState {
    enum State: Equatable {
        case down
        /// For the statement that began.
        case connecting
        case idle
        case running
        /// What a statement that nobody waits for still sends is thrown away.
        case draining
        case closed
    }

    enum Begin: Equatable {
        case connect
        case send
        /// Another statement's remains are in the way, not for long.
        case waitForDrain
        case refuseBusy
        case refuseClosed
    }

    private(set) var state = State.down

    /// A statement wants the connection.
    mutating func begin() -> Begin {
        switch state {
        case .down:
            state = .connecting
            return .connect
        case .idle:
            state = .running
            return .send
        case .connecting, .running: return .refuseBusy
        case .draining: return .waitForDrain
        case .closed: return .refuseClosed
        }
    }

    /// Whether the fresh connection is still wanted.
    mutating func connected() -> Bool { move(from: [.connecting], to: .running) }

    mutating func failed() { _ = move(from: [.connecting], to: .down) }

    /// All that the statement sent was read.
    mutating func ended() { _ = move(from: [.running], to: .idle) }

    /// Nobody reads on. Whether the caller is to drain the connection.
    mutating func abandoned() -> Bool { move(from: [.running], to: .draining) }

    mutating func drained() { _ = move(from: [.draining], to: .idle) }

    /// Whether there was a connection to lose.
    mutating func lost() -> Bool { move(from: [.idle, .running, .draining], to: .down) }

    mutating func close() { state = .closed }

    private mutating func move(from states: [State], to next: State) -> Bool {
        guard states.contains(state) else { return false }
        state = next
        return true
    }
}
