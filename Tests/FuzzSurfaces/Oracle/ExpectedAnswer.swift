import JSON
import MCP

/// What one message must be answered with, as far as it can be told from outside.
struct ExpectedAnswer {
    /// Bounds of the protocol, and some room: what is between is one or the other.
    private static let certainLength = 200

    /// What the answer may carry: of a request its own; none where nobody can tell.
    var ids: [JSONValue] = []
    /// Whether it may be an error with `id: null`.
    var mayLackID = false
    var method: String?
    var tool: String?
    var token: JSONValue?
    var isStateless = false

    /// Of what is no message at all.
    static let unidentified = ExpectedAnswer(mayLackID: true)

    private init(mayLackID: Bool) {
        self.mayLackID = mayLackID
    }

    /// nil where it is not to be answered.
    init?(_ message: JSONValue) {
        guard case .object(let members) = message else {
            self = .unidentified
            return
        }
        // Where there are several, a refusal carries the last one.
        ids = [message["id"] ?? .null].filter(Self.isIdentifier)
        let isCertain = Self.isCertain(members)
        if isCertain, message["method"] == nil, message["result"] != nil || message["error"] != nil { return nil }
        guard isCertain, case .string(let method)? = message["method"], method.utf8.count <= Self.certainLength else {
            mayLackID = true
            return
        }
        if message["id"] == nil { return nil }
        mayLackID = !members.contains { $0.name == "id" && Self.isCertainIdentifier($0.value) }
        self.method = method
        let parameters = message["params"]
        if case .string(let name)? = parameters?["name"] { tool = name }
        token = parameters?["_meta"]?["progressToken"]
        let version = parameters?["_meta"]?["io.modelcontextprotocol/protocolVersion"]
        isStateless = version != nil && method != "initialize"
    }

    private static func isCertain(_ members: [JSONValue.Member]) -> Bool {
        let names = ["jsonrpc", "id", "method", "params"]
        guard members.contains(where: { $0.name == "jsonrpc" && $0.value == .string("2.0") }) else { return false }
        return names.allSatisfy { name in members.count { $0.name == name } <= 1 }
    }

    private static func isIdentifier(_ value: JSONValue) -> Bool {
        switch value {
        case .string, .integer, .double: true
        default: false
        }
    }

    private static func isCertainIdentifier(_ value: JSONValue) -> Bool {
        switch value {
        case .string(let text): text.utf8.count <= certainLength
        case .integer: true
        default: false
        }
    }
}
