internal import Synchronization

extension HTTPEndpoint {
    /// A request that says all about itself (since 2026-07-28).
    func postStateless(
        _ message: IncomingRequest,
        _ request: Request,
        _ routing: RoutingHeaders,
        _ accept: AcceptHeader
    ) async -> HTTPEndpointResponse {
        do throws(MCPError) {
            let (version, meta) = try Envelope.checkStateless(message, routing)
            if message.method == "subscriptions/listen" { return try await subscribe(message, version, accept) }
            try admit()
            guard accept.events, let token = meta.progressToken else {
                defer { release() }
                return Self.response(await server.answer(message, context(request, version, meta)))
            }
            return await stream(message, request, version, meta, token)
        } catch {
            return Self.response(Answer(error, id: message.id, .v2026July))
        }
    }

    /// A notification, or an answer: none means anything in this era.
    func acknowledge(_ routing: RoutingHeaders) -> HTTPEndpointResponse {
        do throws(MCPError) {
            try routing.checkUnique()
            _ = try Envelope.stateless(named: routing.version.first ?? "")
            return HTTPEndpointResponse(202)
        } catch {
            return refuse(400, error)
        }
    }

    private func context(
        _ request: Request,
        _ version: ProtocolVersion,
        _ meta: RequestMeta,
        progress: ToolProgress = .silent
    ) -> RequestContext<Caller> {
        RequestContext(caller: request.caller, version: version, progress: progress, trace: trace(meta, request))
    }

    private func stream(
        _ message: IncomingRequest,
        _ request: Request,
        _ version: ProtocolVersion,
        _ meta: RequestMeta,
        _ token: RequestID
    ) async -> HTTPEndpointResponse {
        let channel = EventChannel()
        let progress = ProgressChannel(token: token, now: now, send: { channel.send($0) })
        let context = context(request, version, meta, progress: ToolProgress(channel: progress))
        let task = Task {
            let answer = await self.server.answer(message, context)
            self.release()
            channel.end(answer)
        }
        let exchange = Exchange(channel, keepAlive: configuration.keepAlive, onAbandon: { task.cancel() })
        return await exchange.response(Self.response)
    }

    private func subscribe(
        _ message: IncomingRequest,
        _ version: ProtocolVersion,
        _ accept: AcceptHeader
    ) async throws(MCPError) -> HTTPEndpointResponse {
        guard accept.events else {
            return refuse(406, MCPError(.invalidRequest, "Accept must have text/event-stream"), id: message.id)
        }
        let subscription = try Subscription(message, version)
        let end = subscription.end(serverInfo: server.infoText(version))
        let channel = EventChannel()
        let key = try subscriptions.withLock { table throws(MCPError) in try table.open { channel.end(end) } }
        channel.send(subscription.acknowledgement)
        let exchange = Exchange(
            channel,
            keepAlive: configuration.keepAlive,
            onAbandon: { self.subscriptions.withLock { $0.close(key) } }
        )
        return await exchange.response(Self.response)
    }

    /// The statuses that the specification has for its errors; those that it has none for are answers like any other.
    static func response(_ answer: Answer) -> HTTPEndpointResponse {
        let status =
            switch answer.code {
            case .methodNotFound?: 404
            case .parseError?, .invalidRequest?, .invalidParameters?, .headerMismatch?, .unsupportedVersion?: 400
            default: 200
            }
        return HTTPEndpointResponse(status, .json(answer.bytes))
    }
}
