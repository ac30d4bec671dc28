internal import JSON
internal import Synchronization

/// One connection over standard input and output, without the descriptors: lines in, messages out.
///
/// Every line says for itself which era it is of: a client that tried the new one may go on in the old one, and the
/// other way round.
final class Conversation<Caller: Sendable>: Sendable {
    typealias Reply = @Sendable (Answer?) -> Void

    private let server: MCPServer<Caller>
    private let caller: Caller
    private let maximumBatch: Int
    private let calls: Calls
    /// What `initialize` settled on.
    private let version: Mutex<ProtocolVersion?>
    /// Takes a whole message; must not wait.
    private let send: @Sendable ([UInt8]) -> Void
    /// As `send`, for progress: it may be left out where the client does not keep up.
    private let tell: @Sendable ([UInt8]) -> Void

    init(
        _ server: MCPServer<Caller>,
        caller: Caller,
        _ configuration: StdioConfiguration,
        version: ProtocolVersion? = nil,
        send: @escaping @Sendable ([UInt8]) -> Void,
        tell: (@Sendable ([UInt8]) -> Void)? = nil
    ) {
        self.server = server
        self.caller = caller
        self.version = Mutex(version)
        self.send = send
        self.tell = tell ?? send
        maximumBatch = configuration.maximumBatch
        calls = Calls(maximum: configuration.maximumCalls)
    }

    /// Takes a line, never waiting: what it asks for goes on by itself.
    func receive(_ line: ArraySlice<UInt8>) {
        guard !IncomingBatch.isBatch(line) else { return receiveBatch(line) }
        receiveMessage(line, reply: reply)
    }

    func refuse(_ error: MCPError) {
        send(Answer(error, id: nil, .newestOfHandshake).bytes)
    }

    /// The client will say no more: what is worked on may be answered for a while, and is then cancelled. Nothing that
    /// is received later is worked on.
    func finish(grace: Duration) async {
        await calls.waitUntilIdle(atMost: grace)
        calls.close()
        await calls.waitUntilIdle(atMost: grace)
    }

    private var reply: Reply {
        { [send] answer in
            if let answer { send(answer.bytes) }
        }
    }

    private func receiveMessage(_ bytes: ArraySlice<UInt8>, isInBatch: Bool = false, reply: @escaping Reply) {
        do throws(InvalidMessage) {
            switch try IncomingMessage(bytes) {
            case .request(let request): receive(request, isInBatch: isInBatch, reply: reply)
            case .notification(let method, let parameters):
                if method == "notifications/cancelled", let id = parameters.identifier(.requestId) { calls.cancel(id) }
                reply(nil)
            case .response: reply(nil)
            }
        } catch {
            reply(error.answer)
        }
    }

    private func receiveBatch(_ bytes: ArraySlice<UInt8>) {
        do throws(InvalidMessage) {
            let messages = try IncomingBatch.messages(bytes, maximum: maximumBatch)
            guard version.withLock({ $0?.hasBatches ?? false }) else {
                throw InvalidMessage(.noBatches)
            }
            let batch = BatchReply(count: messages.count, send: send)
            for message in messages {
                receiveMessage(message, isInBatch: true, reply: { batch.add($0) })
            }
        } catch {
            send(error.answer.bytes)
        }
    }

    private func receive(_ request: IncomingRequest, isInBatch: Bool, reply: @escaping Reply) {
        var known = ProtocolVersion.newestOfHandshake
        do throws(MCPError) {
            if request.method == "initialize" {
                return reply(try initialize(request, isInBatch: isInBatch))
            }
            let meta: RequestMeta
            if Envelope.isStateless(request) {
                known = .v2026July
                guard !isInBatch else { throw .noBatches }
                (known, meta) = try Envelope.checkStateless(request, nil)
                if request.method == "subscriptions/listen" { return try subscribe(request, known, reply) }
            } else {
                known = try negotiated(request)
                meta = try Envelope.checkHandshake(request)
            }
            try start(request, known, meta, reply: reply)
        } catch {
            reply(Answer(error, id: request.id, known))
        }
    }

    private func initialize(_ request: IncomingRequest, isInBatch: Bool) throws(MCPError) -> Answer {
        guard !isInBatch else { throw MCPError(.invalidRequest, "initialize must not be part of a batch") }
        let negotiated = try MCPServer<Caller>.negotiate(request.parameters)
        version.withLock { $0 = negotiated }
        return server.initializeAnswer(request.id, negotiated)
    }

    private func negotiated(_ request: IncomingRequest) throws(MCPError) -> ProtocolVersion {
        if let version = version.withLock({ $0 }) { return version }
        guard request.method == "ping" else {
            throw .invalidParameters("send initialize first, or name the protocol version in params._meta")
        }
        return .newestOfHandshake
    }

    private func start(
        _ request: IncomingRequest,
        _ version: ProtocolVersion,
        _ meta: RequestMeta,
        reply: @escaping Reply
    ) throws(MCPError) {
        let channel = meta.progressToken.map { ProgressChannel(token: $0, send: tell) }
        let context = RequestContext(
            caller: caller,
            version: version,
            progress: ToolProgress(channel: channel),
            trace: meta.trace
        )
        try calls.start(request.id, { [server] in await server.answer(request, context) }, reply: reply)
    }

    /// Goes on until the client cancels it or goes.
    private func subscribe(
        _ request: IncomingRequest,
        _ version: ProtocolVersion,
        _ reply: @escaping Reply
    ) throws(MCPError) {
        let subscription = try Subscription(request, version)
        let end = subscription.end(serverInfo: server.infoText(version))
        let work: @Sendable () async -> Answer = {
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(3_600)) }
            return end
        }
        try calls.start(request.id, isEndless: true, work, reply: reply)
        send(subscription.acknowledgement)
    }
}
