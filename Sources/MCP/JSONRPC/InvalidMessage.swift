/// Bytes that are no message of JSON-RPC.
struct InvalidMessage: Error {
    /// Of the request that it was meant to be; nil where that cannot be told.
    let id: RequestID?
    let error: MCPError

    init(_ error: MCPError, id: RequestID? = nil) {
        self.id = id
        self.error = error
    }

    /// The whole answer.
    var answer: Answer { Answer(error, id: id, .newestOfHandshake) }
}
