internal import JSON

/// The headers that say over HTTP what a request's body says too, so that whoever stands between need not read it
/// (specification 2026-07-28, Streamable HTTP). All values that each was sent with.
struct RoutingHeaders: Sendable, Equatable {
    static let versionName = "MCP-Protocol-Version"
    static let methodName = "Mcp-Method"
    static let nameName = "Mcp-Name"

    var version: [String]
    var method: [String]
    var name: [String]

    init(version: [String] = [], method: [String] = [], name: [String] = []) {
        self.version = version
        self.method = method
        self.name = name
    }

    init(_ headers: (String) -> [String]) {
        version = headers("mcp-protocol-version")
        method = headers("mcp-method")
        name = headers("mcp-name")
    }

    /// - Throws: where a header stands there twice: the first reader and the last one would disagree.
    func checkUnique() throws(MCPError) {
        for (header, values) in [(Self.versionName, version), (Self.methodName, method), (Self.nameName, name)]
        where values.count > 1 {
            throw MCPError(.headerMismatch, "the header \(header) stands there \(values.count) times")
        }
    }

    /// - Throws: where a header is not what the body says.
    func check(_ version: RequestMeta.Version, _ request: IncomingRequest) throws(MCPError) {
        guard let header = self.version.first, case .named(let named) = version, Self.isSame(header, named) else {
            throw Self.mismatch(Self.versionName, "the protocol version in params._meta")
        }
        guard let header = method.first, Self.isSame(header, request.method) else {
            throw Self.mismatch(Self.methodName, "the request's method")
        }
        try checkName(request)
    }

    private func checkName(_ request: IncomingRequest) throws(MCPError) {
        let member: RequestParameters.Name
        switch request.method {
        case "tools/call", "prompts/get": member = .name
        case "resources/read": member = .uri
        default: return
        }
        // What the body does not name, its method will miss.
        guard let value = request.parameters[member], value.kind != .null else { return }
        let named = try? request.parameters.string(member)
        guard let named, let header = name.first, let decoded = HeaderValue.decode(header),
            decoded.elementsEqual(named.utf8)
        else { throw Self.mismatch(Self.nameName, "params.\(member.rawValue)") }
    }

    /// By bytes: Swift's strings are the same where they only look the same.
    private static func isSame(_ header: String, _ text: String) -> Bool {
        header.utf8.elementsEqual(text.utf8)
    }

    private static func mismatch(_ header: String, _ other: String) -> MCPError {
        MCPError(.headerMismatch, "the header \(header) is missing, or is not \(other)")
    }
}

extension RoutingHeaders {
    /// Whether they name a revision that has no sessions, or one that is not known: it will be told what is.
    var isStateless: Bool {
        version.contains { ProtocolVersion(rawValue: $0)?.isStateless ?? true }
    }
}
