internal import JSON

/// What every request must say about itself, checked in the order in which a client can best mend it.
enum Envelope {
    private static let keys =
        "\"io.modelcontextprotocol/protocolVersion\" and \"io.modelcontextprotocol/clientCapabilities\""

    /// Whether the request names its revision in `_meta`, which only those since 2026-07-28 do.
    static func isStateless(_ request: IncomingRequest) -> Bool {
        guard request.method != "initialize", let meta = RequestMeta(request.parameters[.meta]) else { return false }
        return meta.version != .absent
    }

    /// A request of the revisions since 2026-07-28.
    ///
    /// - Parameter headers: nil where there are none: over standard input.
    static func checkStateless(
        _ request: IncomingRequest,
        _ headers: RoutingHeaders?
    ) throws(MCPError) -> (version: ProtocolVersion, meta: RequestMeta) {
        try headers?.checkUnique()
        try checkShape(request.parameters)
        guard let meta = RequestMeta(request.parameters[.meta]) else {
            throw .invalidParameters("params._meta must be an object with \(keys)")
        }
        guard meta.version != .absent, meta.hasClientCapabilities else {
            throw .invalidParameters("params._meta needs both \(keys), a string and an object")
        }
        guard !meta.isVersionRepeated else {
            throw .invalidParameters("the protocol version in params._meta stands there twice")
        }
        try headers?.check(meta.version, request)
        guard case .named(let name) = meta.version else {
            throw .invalidParameters("the protocol version in params._meta must be a string")
        }
        let version = try stateless(named: name)
        try checkProgressToken(meta)
        return (version, meta)
    }

    /// A request on a connection that was opened with `initialize`.
    static func checkHandshake(_ request: IncomingRequest) throws(MCPError) -> RequestMeta {
        try checkShape(request.parameters)
        guard let value = request.parameters[.meta], value.kind != .null else { return RequestMeta() }
        guard let meta = RequestMeta(value) else { throw .invalidParameters("params._meta must be an object") }
        try checkProgressToken(meta)
        return meta
    }

    static func stateless(named name: String) throws(MCPError) -> ProtocolVersion {
        guard let version = ProtocolVersion(rawValue: name) else {
            throw unsupported(name, "unsupported protocol version", ProtocolVersion.supported)
        }
        guard version.isStateless else {
            let stateless = ProtocolVersion.supported.filter(\.isStateless)
            throw unsupported(name, "\(name) opens with initialize, and is not named in _meta", stateless)
        }
        return version
    }

    private static func unsupported(_ name: String, _ message: String, _ supported: [ProtocolVersion]) -> MCPError {
        let names = supported.map { JSONValue.string($0.rawValue) }
        let data = JSONObjectText(.object([.init("supported", .array(names)), .init("requested", .string(name))]))
        return MCPError(.unsupportedVersion, message, data: data)
    }

    static func checkShape(_ parameters: RequestParameters) throws(MCPError) {
        guard parameters.isObject else { throw .invalidParameters("params must be an object") }
        if let repeated = parameters.repeated {
            throw .invalidParameters("params.\(repeated.rawValue) stands there twice")
        }
    }

    private static func checkProgressToken(_ meta: RequestMeta) throws(MCPError) {
        guard !meta.isProgressTokenInvalid else {
            throw .invalidParameters("the progress token must be a string or a whole number")
        }
    }
}
