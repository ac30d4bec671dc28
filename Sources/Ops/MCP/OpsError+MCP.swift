internal import Hummingbird
internal import JSON
internal import MCP
internal import NIOCore

extension OpsError {
    /// As `response`, but with an error of JSON-RPC as its body, whose message clients show: of any other body they say
    /// that there was an error, and no more.
    ///
    ///     {"jsonrpc": "2.0", "id": null, "error": {"code": -32600, "message": "…", "data": {"code": "unauthorized"}}}
    var messageResponse: Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("jsonrpc")
        writer.string("2.0")
        // Nobody has read whose answer it is.
        writer.name("id")
        writer.null()
        writer.name("error")
        writer.beginObject()
        writer.name("code")
        writer.integer(MCPError.Code.invalidRequest.rawValue)
        writer.name("message")
        writer.string(message)
        writer.name("data")
        writer.beginObject()
        writer.name("code")
        writer.string(code)
        writer.endObject()
        writer.endObject()
        writer.endObject()
        var response = response
        response.body = ResponseBody(byteBuffer: ByteBuffer(bytes: writer.finish()))
        return response
    }
}
