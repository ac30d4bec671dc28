internal import CPQ
internal import Reactor

/// Asks the server to end what a session runs, on a connection of its own.
// @unchecked Sendable: only the one call of `send` uses the pointer, which holds a copy of what it needs.
final class CancelRequest: @unchecked Sendable {
    private let pointer: OpaquePointer

    /// nil where the session has no server.
    init?(_ session: OpaquePointer) {
        guard let pointer = PQgetCancel(session) else { return nil }
        self.pointer = pointer
    }

    deinit {
        PQfreeCancel(pointer)
    }

    /// Returns when the server has passed it on, or could not be asked: what is sent on the session after that is not hit.
    func send() async {
        _ = try? await Reactor.blocking { [self] in
            var message = [CChar](repeating: 0, count: 256)
            return PQcancel(pointer, &message, Int32(message.count)) == 1
        }
    }
}
