internal import JSON

/// A message of JSON-RPC 2.0 from a client.
enum IncomingMessage: Sendable {
    case request(IncomingRequest)
    /// Its method, and its parameters.
    case notification(String, RequestParameters)
    /// Answers a request of ours. None is ever sent, so it means nothing.
    case response

    /// - Throws: what to answer, and to whom where that can be told.
    init(_ bytes: ArraySlice<UInt8>) throws(InvalidMessage) {
        var envelope = IncomingEnvelope()
        var scanner = JSONScanner(bytes)
        do throws(JSONError) {
            try envelope.read(from: &scanner)
            try scanner.finish()
        } catch {
            throw InvalidMessage(MCPError(.parseError, "invalid JSON: \(error)"))
        }
        self = try envelope.message()
    }
}
