import JSON
import MCP

@testable import MCP

/// Sends requests to an endpoint that needs no socket.
struct HTTPClient: Sendable {
    let endpoint: HTTPEndpoint<TestCaller>
    var owner = ""

    init(_ endpoint: HTTPEndpoint<TestCaller>, owner: String = "") {
        self.endpoint = endpoint
        self.owner = owner
    }

    init(_ probe: Probe = Probe(), _ configure: (inout HTTPEndpointConfiguration) -> Void = { _ in }) {
        var configuration = HTTPEndpointConfiguration()
        configure(&configuration)
        endpoint = HTTPEndpoint(TestServer.make(probe), configuration)
    }

    static let plain: [String: [String]] = [
        "content-type": ["application/json"], "accept": ["application/json, text/event-stream"],
    ]

    /// As a client since 2026-07-28 sends them.
    static func routing(_ method: String, name: String? = nil) -> [String: [String]] {
        var headers = plain
        headers["mcp-protocol-version"] = ["2026-07-28"]
        headers["mcp-method"] = [method]
        headers["mcp-name"] = name.map { [$0] }
        return headers
    }

    static func session(_ id: String, version: String? = "2025-11-25") -> [String: [String]] {
        var headers = plain
        headers["mcp-session-id"] = [id]
        headers["mcp-protocol-version"] = version.map { [$0] }
        return headers
    }

    func send(
        _ body: String,
        _ headers: [String: [String]] = plain,
        method: String = "POST"
    ) async -> HTTPEndpointResponse {
        // In a session without that header it is the oldest, says the specification.
        let version = headers["mcp-protocol-version"]?.first ?? (headers["mcp-session-id"] == nil ? nil : "2025-03-26")
        let transcript = Transcript(version: version)
        transcript.sent(body.utf8)
        let response = await endpoint.handle(
            HTTPEndpointRequest(
                method: method,
                headers: { headers[$0] ?? [] },
                body: Array(body.utf8)[...],
                caller: TestCaller(),
                owner: owner
            )
        )
        if case .json(let message) = response.body { transcript.received(message) }
        return response
    }

    /// A request as a client since 2026-07-28 sends it.
    func call(_ method: String, _ params: String = "", name: String? = nil) async -> HTTPEndpointResponse {
        await send(Message.stateless(method, params), Self.routing(method, name: name))
    }

    /// Opens a session: its id, empty where none was opened.
    func open(_ version: String = "2025-11-25") async -> String {
        await send(Message.initialize(version)).header("Mcp-Session-Id") ?? ""
    }
}

extension HTTPEndpointResponse {
    var json: JSONValue {
        if case .json(let bytes) = body { JSONValue(bytes) } else { .null }
    }

    func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }

    var events: HTTPEventStream? {
        if case .events(let events) = body { events } else { nil }
    }

    var isEmpty: Bool {
        if case .none = body { true } else { false }
    }
}

extension HTTPEventStream {
    /// What an event of ours holds; nil of a comment, and of what a client would not take for one event.
    static func message(_ chunk: [UInt8]) -> JSONValue? {
        let text = String(decoding: chunk, as: UTF8.self)
        guard text.hasPrefix("event: message\ndata: "), text.hasSuffix("\n\n") else { return nil }
        let message = text.dropFirst(21).dropLast(2)
        return message.contains { $0.isNewline } ? nil : JSONValue(Array(message.utf8))
    }
}
