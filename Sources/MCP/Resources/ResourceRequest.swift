/// Who asks for a resource, and how.
package struct ResourceRequest<Caller: Sendable>: Sendable {
    package let caller: Caller
    package let trace: TraceContext
    package let protocolVersion: ProtocolVersion

    package init(
        caller: Caller,
        trace: TraceContext = TraceContext(),
        protocolVersion: ProtocolVersion = .v2026July
    ) {
        self.caller = caller
        self.trace = trace
        self.protocolVersion = protocolVersion
    }
}
