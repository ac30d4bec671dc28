internal import JSON

/// The answer to one request, whole.
struct Answer: Sendable {
    /// One JSON object on one line.
    let bytes: [UInt8]
    /// Where it is an error.
    let code: MCPError.Code?

    init(bytes: [UInt8], code: MCPError.Code?) {
        self.bytes = bytes
        self.code = code
    }

    init(_ result: consuming ResultWriter) {
        bytes = result.finish().withoutLineBreaks()
        code = nil
    }

    /// - Parameter id: nil where the request's own cannot be told, which JSON-RPC writes as null.
    init(_ error: MCPError, id: RequestID?, _ version: ProtocolVersion) {
        // Retired with the handshake.
        let code = error.code == .resourceNotFound && version.isStateless ? .invalidParameters : error.code
        var writer = JSONWriter(reservingCapacity: 160)
        writer.beginObject()
        writer.name("jsonrpc")
        writer.string("2.0")
        writer.name("id")
        if let id { writer.raw(id.json) } else { writer.null() }
        writer.name("error")
        writer.beginObject()
        writer.name("code")
        writer.integer(code.rawValue)
        writer.name("message")
        writer.string(error.message)
        if let data = error.data {
            writer.name("data")
            writer.raw(data.bytes)
        }
        writer.endObject()
        writer.endObject()
        bytes = writer.finish()
        self.code = code
    }
}
