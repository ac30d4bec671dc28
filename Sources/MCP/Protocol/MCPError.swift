internal import JSON

/// An error of JSON-RPC: a request that was not done, in a way that the program which sent it must mend. What a model
/// can mend is no error but a result: `ToolError`.
package struct MCPError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Of JSON-RPC 2.0, section 5.1, and of the MCP specification (-32020 and below).
    package struct Code: Sendable, Hashable {
        package let rawValue: Int

        package static let parseError = Code(rawValue: -32700)
        package static let invalidRequest = Code(rawValue: -32600)
        package static let methodNotFound = Code(rawValue: -32601)
        /// Also of an unknown tool or prompt, and since 2026-07-28 of an unknown resource.
        package static let invalidParameters = Code(rawValue: -32602)
        package static let internalError = Code(rawValue: -32603)
        /// Until 2025-11-25. `notFound(uri:)` writes the one that the request's revision knows.
        package static let resourceNotFound = Code(rawValue: -32002)
        package static let headerMismatch = Code(rawValue: -32020)
        package static let unsupportedVersion = Code(rawValue: -32022)
        /// Of the server's own, and so outside of what JSON-RPC and MCP reserve (specification 2026-07-28, Error Codes):
        /// too much is going on, try again later.
        package static let overloaded = Code(rawValue: -31000)
    }

    package let code: Code
    /// For a person: what is wrong, and what would be right.
    package let message: String
    /// JSON, whatever the code calls for; nil: none.
    package let data: JSONObjectText?

    package init(_ code: Code, _ message: String, data: JSONObjectText? = nil) {
        self.code = code
        self.message = message
        self.data = data
    }

    package var description: String { "\(code.rawValue): \(message)" }

    static let noBatches = MCPError(.invalidRequest, "only \(ProtocolVersion.v2025March.rawValue) has batches")

    static func tooMany(_ maximum: Int) -> MCPError {
        MCPError(.overloaded, "\(maximum) requests are worked on already: try again when some are done")
    }

    package static func invalidParameters(_ message: String) -> MCPError {
        MCPError(.invalidParameters, message)
    }

    /// A resource that there is not.
    package static func notFound(uri: String) -> MCPError {
        let data = JSONObjectText(.object([.init("uri", .string(uri))]))
        return MCPError(.resourceNotFound, "no resource \(uri)", data: data)
    }
}
