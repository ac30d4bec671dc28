/// A request: it is owed an answer.
struct IncomingRequest: Sendable {
    let id: RequestID
    let method: String
    let parameters: RequestParameters
}
