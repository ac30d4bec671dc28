import JSON
import MCP

/// Of what a request is answered with where it was done.
struct ResultShape {
    private static let required: [String: [String]] = [
        "initialize": ["protocolVersion", "capabilities", "serverInfo"], "server/discover": ["supportedVersions"],
        "tools/list": ["tools"], "prompts/list": ["prompts"], "resources/list": ["resources"],
        "resources/templates/list": ["resourceTemplates"], "resources/read": ["contents"],
        "prompts/get": ["messages"], "completion/complete": ["completion"], "tools/call": ["content", "isError"],
        "ping": [], "subscriptions/listen": [],
    ]

    private let request: ExpectedAnswer
    private let mayLackStructure: Bool

    /// - Parameter mayLackStructure: the revision is, or may be, the first one.
    init(_ request: ExpectedAnswer, mayLackStructure: Bool) {
        self.request = request
        self.mayLackStructure = mayLackStructure
    }

    func check(_ result: JSONValue) throws(FuzzFinding) {
        guard case .object = result else { throw FuzzFinding("the result is no object") }
        guard let method = request.method else { return }
        guard let required = Self.required[method] else { throw FuzzFinding("a result of the method \(method)") }
        for name in required where result[name] == nil { throw FuzzFinding("the result has no \(name)") }
        if request.isStateless {
            guard result["resultType"] == .string("complete") else { throw FuzzFinding("the result is of no type") }
        } else if result["resultType"] != nil {
            throw FuzzFinding("the result is of another era")
        }
        if method == "tools/call" { try checkCall(result) }
    }

    private func checkCall(_ result: JSONValue) throws(FuzzFinding) {
        guard case .array(let content)? = result["content"], let first = content.first,
            first["type"] == .string("text"), case .string(let text)? = first["text"], !text.isEmpty
        else { throw FuzzFinding("the result has no text") }
        guard case .bool(let isError)? = result["isError"] else { throw FuzzFinding("isError is no boolean") }
        let structure = result["structuredContent"]
        guard !isError else {
            guard structure == nil else { throw FuzzFinding("an error with structured content") }
            return
        }
        guard let structure else {
            guard mayLackStructure else { throw FuzzFinding("no structured content") }
            return
        }
        guard case .object = structure else { throw FuzzFinding("the structured content is no object") }
        guard let parsed = try? JSONValue(tolerant: Array(text.utf8)[...]), parsed == structure else {
            throw FuzzFinding("the text is not the structured content")
        }
        guard let tool = request.tool, let schema = FuzzServer.outputSchemas[tool] else {
            throw FuzzFinding("a result of no tool")
        }
        let faults = SchemaCheck.faults(of: structure, against: schema)
        guard faults.isEmpty else { throw FuzzFinding("not as the tool's schema says: \(faults)") }
    }
}
