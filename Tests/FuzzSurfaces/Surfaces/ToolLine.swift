import MCP

/// A call of a tool, well-formed but for its arguments.
enum ToolLine {
    /// That of 2026-07-28 says so itself.
    static let eras: [ProtocolVersion] = [.v2025November, .v2026July, .v2025March, .v2025June]

    private static let meta = #"""
        "io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},
        """#

    static func line(_ tool: String, _ arguments: ArraySlice<UInt8>, _ era: ProtocolVersion) -> [UInt8] {
        let meta = era.isStateless ? meta : ""
        let head = #"""
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"_meta":{\#(meta)"progressToken":"p"},
            """#
        return Array(head.utf8) + Array(#""name":"\#(tool)","arguments":"#.utf8) + arguments + Array("}}".utf8)
    }
}
