internal import Synchronization

/// The Streamable HTTP transport of both eras at one address, without a socket: a request in, a response out.
///
/// Whoever mounts it knows who calls, checks `Origin` and `Host`, and bounds the body while it is read. Cancelling the
/// task that `handle` runs in cancels the call where the client's going away means that (since 2026-07-28); in the
/// handshake era the call goes on, and its answer is dropped.
package final class HTTPEndpoint<Caller: Sendable>: Sendable {
    typealias Request = HTTPEndpointRequest<Caller>

    let server: MCPServer<Caller>
    let configuration: HTTPEndpointConfiguration
    let sessions: Mutex<SessionTable>
    let subscriptions: Mutex<SubscriptionTable>
    let now: @Sendable () -> ContinuousClock.Instant
    private let working = Atomic<Int>(0)

    package convenience init(_ server: MCPServer<Caller>, _ configuration: HTTPEndpointConfiguration = .init()) {
        self.init(server, configuration, now: { .now })
    }

    init(
        _ server: MCPServer<Caller>,
        _ configuration: HTTPEndpointConfiguration,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.server = server
        self.configuration = configuration
        self.now = now
        sessions = Mutex(
            SessionTable(maximum: configuration.maximumSessions, idleTimeout: configuration.sessionIdleTimeout)
        )
        subscriptions = Mutex(SubscriptionTable(maximum: configuration.maximumSubscriptions))
    }

    /// Answers any request at the endpoint's address, whatever its method.
    package func handle(_ request: HTTPEndpointRequest<Caller>) async -> HTTPEndpointResponse {
        let routing = RoutingHeaders(request.headers)
        switch request.method {
        case "POST": return await post(request, routing)
        // Nothing is ever said to a client of the handshake era that it did not ask for, so there is no stream to GET.
        case "DELETE" where !routing.isStateless: return endSession(request)
        default: return HTTPEndpointResponse(405, headers: [("Allow", routing.isStateless ? "POST" : "POST, DELETE")])
        }
    }

    /// Ends the subscriptions, which would go on for ever, and all sessions: the server stops. Calls that are worked on
    /// go on.
    package func stop() {
        for end in subscriptions.withLock({ $0.stop() }) { end() }
        sessions.withLock { $0.closeAll() }
    }

    /// Counts a call that is worked on; `release` must follow.
    func admit() throws(MCPError) {
        guard working.add(1, ordering: .relaxed).newValue <= configuration.maximumCalls else {
            release()
            throw .tooMany(configuration.maximumCalls)
        }
    }

    func release() {
        working.subtract(1, ordering: .relaxed)
    }

    private func post(_ request: Request, _ routing: RoutingHeaders) async -> HTTPEndpointResponse {
        guard request.body.count <= configuration.maximumBodyBytes else {
            return refuse(413, MCPError(.invalidRequest, "a body has at most \(configuration.maximumBodyBytes) bytes"))
        }
        let types = request.headers("content-type")
        guard types.count == 1, AcceptHeader.mediaType(types[0][...]) == "application/json" else {
            return refuse(415, MCPError(.invalidRequest, "Content-Type must be application/json"))
        }
        let accept = AcceptHeader(request.headers("accept"))
        guard accept.json else {
            return refuse(406, MCPError(.invalidRequest, "Accept must have application/json and text/event-stream"))
        }
        guard !IncomingBatch.isBatch(request.body) else { return await postBatch(request, routing) }
        do throws(InvalidMessage) {
            switch try IncomingMessage(request.body) {
            case .request(let message) where routing.isStateless || Envelope.isStateless(message):
                return await postStateless(message, request, routing, accept)
            case .request(let message): return await postRequest(message, request, accept)
            case .notification(_, _) where routing.isStateless, .response where routing.isStateless:
                return acknowledge(routing)
            case .notification(let method, let parameters): return postNotification(method, parameters, request)
            case .response: return postNotification("", RequestParameters(), request)
            }
        } catch {
            return HTTPEndpointResponse(400, .json(error.answer.bytes))
        }
    }

    func refuse(_ status: Int, _ error: MCPError, id: RequestID? = nil) -> HTTPEndpointResponse {
        HTTPEndpointResponse(status, .json(Answer(error, id: id, .newestOfHandshake).bytes))
    }

    /// The trace that the headers name, where the request itself names none.
    func trace(_ meta: RequestMeta, _ request: Request) -> TraceContext {
        var trace = meta.trace
        guard trace.traceparent == nil, let header = request.headers("traceparent").first,
            header.utf8.count <= TraceContext.maximumLength
        else { return trace }
        trace.traceparent = header
        let state = request.headers("tracestate").joined(separator: ",")
        trace.tracestate = state.isEmpty || state.utf8.count > TraceContext.maximumLength ? nil : state
        return trace
    }
}
