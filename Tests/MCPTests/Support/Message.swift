/// Writes requests.
enum Message {
    static let meta =
        #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#

    /// - Parameter params: members, without their braces.
    static func stateless(_ method: String, _ params: String = "", id: String = "1", meta: String = meta) -> String {
        let members = params.isEmpty ? meta : "\(params),\(meta)"
        return #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":{\#(members)}}"#
    }

    static func handshake(_ method: String, _ params: String = "", id: String = "1") -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":{\#(params)}}"#
    }

    static func initialize(_ version: String = "2025-11-25", id: String = "0") -> String {
        handshake(
            "initialize",
            #""protocolVersion":"\#(version)","capabilities":{},"clientInfo":{"name":"t","version":"1"}"#,
            id: id
        )
    }

    static func cancelled(_ id: String) -> String {
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":\#(id)}}"#
    }

    static func progressMeta(_ token: String) -> String {
        #""_meta":{"progressToken":\#(token),"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#
    }
}
