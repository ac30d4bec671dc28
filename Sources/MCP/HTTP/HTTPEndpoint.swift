/// The Streamable HTTP transport of both eras at one address, without a socket: a request in, a response out.
///
/// Whoever mounts it knows who calls, checks `Origin` and `Host`, and bounds the body while it is read. A request is
/// worked on in the task that calls `handle`: cancelling it cancels the call where the client's going away means that
/// (since 2026-07-28), and waits for it where it does not (the handshake era).
package final class HTTPEndpoint<Caller: Sendable>: Sendable {
    let server: MCPServer<Caller>
    let configuration: HTTPEndpointConfiguration

    package init(_ server: MCPServer<Caller>, _ configuration: HTTPEndpointConfiguration = .init()) {
        self.server = server
        self.configuration = configuration
    }

    package func handle(_ request: HTTPEndpointRequest<Caller>) async -> HTTPEndpointResponse {
        HTTPEndpointResponse(405)
    }

    /// Ends the subscriptions, which would go on for ever, and all sessions. Calls that are worked on go on.
    package func stop() {}
}
