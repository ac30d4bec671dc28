extension HTTPEndpoint {
    /// Several messages at once: of 2025-03-26, and of no other revision. Answered together, without progress.
    func postBatch(_ request: Request, _ routing: RoutingHeaders) async -> HTTPEndpointResponse {
        let messages: [ArraySlice<UInt8>]
        do throws(InvalidMessage) {
            messages = try IncomingBatch.messages(request.body, maximum: configuration.maximumBatch)
        } catch {
            return HTTPEndpointResponse(400, .json(error.answer.bytes))
        }
        guard !routing.isStateless else { return refuseBatch() }
        switch findSession(request, id: nil) {
        case .failure(let refused): return refused.response
        case .success(let session):
            guard session.version.hasBatches else { return refuseBatch() }
            var answers: [Answer] = []
            for channel in messages.map({ start($0, request, session) }) {
                if case .end(let answer?) = await channel.next() { answers.append(answer) }
            }
            guard let joined = IncomingBatch.join(answers) else { return HTTPEndpointResponse(202) }
            return HTTPEndpointResponse(200, .json(joined))
        }
    }

    private func refuseBatch() -> HTTPEndpointResponse {
        refuse(400, .noBatches)
    }

    /// One message of a batch: how it ends.
    private func start(_ bytes: ArraySlice<UInt8>, _ request: Request, _ session: Session) -> EventChannel {
        let channel = EventChannel()
        do throws(InvalidMessage) {
            switch try IncomingMessage(bytes) {
            case .request(let message): start(message, request, session, channel)
            case .notification(let method, let parameters):
                _ = postNotification(method, parameters, request)
                channel.end(nil)
            case .response: channel.end(nil)
            }
        } catch {
            channel.end(error.answer)
        }
        return channel
    }

    private func start(_ message: IncomingRequest, _ request: Request, _ session: Session, _ channel: EventChannel) {
        do throws(MCPError) {
            guard message.method != "initialize", !Envelope.isStateless(message) else {
                throw MCPError(.invalidRequest, "\(message.method) must not be part of a batch")
            }
            _ = try start(message, request, session, isStreamed: false, channel)
        } catch {
            channel.end(Answer(error, id: message.id, session.version))
        }
    }
}
