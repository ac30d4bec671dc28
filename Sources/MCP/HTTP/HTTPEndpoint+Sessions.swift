internal import Synchronization

extension HTTPEndpoint {
    private static var sessionHeader: String { "Mcp-Session-Id" }

    /// A request of the handshake era. Its errors are answers like any other: only what is no message, or of no session,
    /// has a status of its own.
    func postRequest(
        _ message: IncomingRequest,
        _ request: Request,
        _ accept: AcceptHeader
    ) async -> HTTPEndpointResponse {
        guard message.method != "initialize" else { return openSession(message, request) }
        switch findSession(request, id: message.id) {
        case .failure(let refused): return refused.response
        case .success(let session):
            let channel = EventChannel()
            do throws(MCPError) {
                let isStreamed = try start(message, request, session, isStreamed: accept.events, channel)
                // The client's going away is no cancellation in this era: it may only have lost its connection.
                let keepAlive = isStreamed ? configuration.keepAlive : nil
                let exchange = Exchange(channel, keepAlive: keepAlive, onAbandon: {})
                return await exchange.response { HTTPEndpointResponse(200, .json($0.bytes)) }
            } catch {
                return HTTPEndpointResponse(200, .json(Answer(error, id: message.id, session.version).bytes))
            }
        }
    }

    /// A notification, or an answer to a request that was never sent.
    func postNotification(
        _ method: String,
        _ parameters: RequestParameters,
        _ request: Request
    ) -> HTTPEndpointResponse {
        switch findSession(request, id: nil) {
        case .failure(let refused): return refused.response
        case .success(let session):
            if method == "notifications/cancelled", let id = parameters.identifier(.requestId) {
                session.calls.cancel(id)
            }
            return HTTPEndpointResponse(202)
        }
    }

    func endSession(_ request: Request) -> HTTPEndpointResponse {
        switch findSession(request, id: nil) {
        case .failure(let refused): return refused.response
        case .success(let session):
            let id = request.headers("mcp-session-id").first ?? ""
            _ = sessions.withLock { $0.close(id, owner: request.owner, at: now()) }
            session.calls.close()
            return HTTPEndpointResponse(204)
        }
    }

    /// - Parameter isStreamed: whether progress can be told, if it is asked for.
    /// - Returns: whether it is.
    func start(
        _ message: IncomingRequest,
        _ request: Request,
        _ session: Session,
        isStreamed: Bool,
        _ channel: EventChannel
    ) throws(MCPError) -> Bool {
        let meta = try Envelope.checkHandshake(message)
        let token = isStreamed ? meta.progressToken : nil
        let progress = token.map { ProgressChannel(token: $0, now: now, send: { channel.send($0) }) }
        let context = RequestContext(
            caller: request.caller,
            version: session.version,
            progress: ToolProgress(channel: progress),
            trace: trace(meta, request)
        )
        let work: @Sendable () async -> Answer = { [server] in await server.answer(message, context) }
        try admit()
        do throws(MCPError) {
            try session.calls.start(message.id, work) { answer in
                self.release()
                channel.end(answer)
            }
        } catch {
            release()
            throw error
        }
        return token != nil
    }

    struct Refused: Error {
        let response: HTTPEndpointResponse
    }

    /// - Parameter id: of the request that is refused where there is no such session.
    func findSession(_ request: Request, id: RequestID?) -> Result<Session, Refused> {
        let names = request.headers("mcp-session-id")
        guard names.count == 1 else {
            let reason = "send initialize, and \(Self.sessionHeader) once, or name the version in params._meta"
            return .failure(Refused(response: refuse(400, MCPError(.invalidRequest, reason), id: id)))
        }
        let session = sessions.withLock { $0.use(names[0], owner: request.owner, at: now()) }
        guard let session else {
            let reason = "no such session, or it has ended: send initialize"
            return .failure(Refused(response: refuse(404, MCPError(.invalidRequest, reason), id: id)))
        }
        return .success(session)
    }

    private func openSession(_ message: IncomingRequest, _ request: Request) -> HTTPEndpointResponse {
        do throws(MCPError) {
            let version = try MCPServer<Caller>.negotiate(message.parameters)
            let session = Session(version, owner: request.owner, maximumCalls: configuration.maximumCalls)
            let id = SessionTable.newID()
            guard sessions.withLock({ $0.open(session, id: id, at: now()) }) else {
                let error = MCPError(.overloaded, "\(configuration.maximumSessions) sessions are open already")
                return refuse(503, error, id: message.id)
            }
            let answer = server.initializeAnswer(message.id, version)
            return HTTPEndpointResponse(200, headers: [(Self.sessionHeader, id)], .json(answer.bytes))
        } catch {
            return HTTPEndpointResponse(200, .json(Answer(error, id: message.id, .newestOfHandshake).bytes))
        }
    }
}
