internal import JSON

/// `subscriptions/listen`: nothing that a server here offers ever changes while it runs, so the client is told at once
/// that it will be told nothing, and the subscription then lives until one of the two ends it. Refusing the method
/// would be an error where there is none.
struct Subscription: Sendable {
    let id: RequestID
    let version: ProtocolVersion

    /// - Throws: where the request does not say what to listen for.
    init(_ request: IncomingRequest, _ version: ProtocolVersion) throws(MCPError) {
        guard request.parameters[.notifications]?.kind == .object else {
            throw .invalidParameters("params.notifications must be an object")
        }
        id = request.id
        self.version = version
    }

    /// The first message: none of the kinds of notifications is sent.
    var acknowledgement: [UInt8] {
        var writer = JSONWriter(reservingCapacity: 200)
        writer.beginObject()
        writer.name("jsonrpc")
        writer.string("2.0")
        writer.name("method")
        writer.string("notifications/subscriptions/acknowledged")
        writer.name("params")
        writer.beginObject()
        writer.name("notifications")
        writer.beginObject()
        writer.endObject()
        writer.name("_meta")
        writer.beginObject()
        writer.name("io.modelcontextprotocol/subscriptionId")
        writer.raw(id.json)
        writer.endObject()
        writer.endObject()
        writer.endObject()
        return writer.finish()
    }

    /// The last message, where it is the server that ends.
    func end(serverInfo: [UInt8]) -> Answer {
        let result = ResultWriter(id: id, version, serverInfo: serverInfo)
        return Answer(bytes: result.finish(endingSubscription: id), code: nil)
    }
}
