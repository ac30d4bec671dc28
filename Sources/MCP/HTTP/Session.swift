/// A session of the handshake era: what `initialize` settled, and what is worked on in it.
final class Session: Sendable {
    let version: ProtocolVersion
    /// Nobody else may use it.
    let owner: String
    let calls: Calls

    init(_ version: ProtocolVersion, owner: String, maximumCalls: Int) {
        self.version = version
        self.owner = owner
        calls = Calls(maximum: maximumCalls)
    }
}
