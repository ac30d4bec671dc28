internal import JSON

/// Writes a request's result in its envelope, as the request's revision wants it: the members in between come from the
/// method.
struct ResultWriter {
    var json: JSONWriter
    let version: ProtocolVersion
    private let serverInfo: [UInt8]

    init(id: RequestID, _ version: ProtocolVersion, serverInfo: [UInt8], reservingCapacity capacity: Int = 256) {
        self.version = version
        self.serverInfo = serverInfo
        json = JSONWriter(reservingCapacity: capacity)
        json.beginObject()
        json.name("jsonrpc")
        json.string("2.0")
        json.name("id")
        json.raw(id.json)
        json.name("result")
        json.beginObject()
    }

    /// How long the result may be kept, and by whom; left out where the revision does not know it.
    mutating func cache(_ hint: CacheHint) {
        guard version.isStateless else { return }
        json.name("ttlMs")
        json.integer(hint.milliseconds)
        json.name("cacheScope")
        json.string(hint.isPublic ? "public" : "private")
    }

    /// - Parameter subscription: the request whose subscription the result ends.
    consuming func finish(endingSubscription subscription: RequestID? = nil) -> [UInt8] {
        if version.isStateless {
            json.name("resultType")
            json.string("complete")
            json.name("_meta")
            json.beginObject()
            json.name("io.modelcontextprotocol/serverInfo")
            json.raw(serverInfo)
            if let subscription {
                json.name("io.modelcontextprotocol/subscriptionId")
                json.raw(subscription.json)
            }
            json.endObject()
        }
        json.endObject()
        json.endObject()
        return json.finish()
    }
}
