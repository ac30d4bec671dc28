import JSON
import MCP

struct TestCaller: Sendable {
    var mayWrite = true
}

/// A server with a tool for each thing that a tool can do.
enum TestServer {
    static func make(_ probe: Probe = Probe()) -> MCPServer<TestCaller> {
        MCPServer(
            info: ServerInfo(name: "test", title: "Test", version: "1.2.3", description: "For tests."),
            instructions: "Call echo.",
            tools: [
                tool("echo", annotations: reading) { call throws(ToolError) in
                    ToolResult(structuredContent: Array(call.arguments))
                },
                tool("fail", annotations: reading) { _ throws(ToolError) in throw ToolError("say please") },
                tool(
                    "write",
                    annotations: ToolAnnotations(isReadOnly: false, isDestructive: true, isIdempotent: true),
                    refusal: { $0.mayWrite ? nil : "you have no right to write" },
                    call: { _ throws(ToolError) in ToolResult(structuredContent: Array("{}".utf8)) }
                ),
                tool("wait", annotations: reading) { call throws(ToolError) in
                    await probe.waitUntilCancelled { call.progress.report(1) }
                    return ToolResult(structuredContent: Array("{}".utf8))
                },
                tool("count", annotations: reading) { call throws(ToolError) in
                    await probe.count(call)
                    return ToolResult(structuredContent: Array("{\"done\":\n true}".utf8))
                },
                tool("trace", annotations: reading) { call throws(ToolError) in
                    let trace = JSONValue.object([
                        .init("parent", call.trace.traceparent.map { .string($0) } ?? .null),
                        .init("state", call.trace.tracestate.map { .string($0) } ?? .null),
                    ])
                    return ToolResult(structuredContent: JSONObjectText(trace).bytes)
                },
            ],
            resources: TestResources(),
            prompts: [
                Prompt(
                    name: "greet",
                    title: "Greet",
                    description: "Greets.",
                    arguments: [
                        PromptArgument(name: "who", description: "Whom.", isRequired: true),
                        PromptArgument(name: "how", description: "How.", isRequired: false),
                    ],
                    messages: { [PromptMessage(text: "\($0["how"] ?? "Hello"), \($0["who"] ?? "")")] }
                )
            ],
            completer: { request in (0..<150).map { "\(request.value)\($0)" } }
        )
    }

    private static let reading = ToolAnnotations(isReadOnly: true, isDestructive: false, isIdempotent: true)

    private static func tool(
        _ name: String,
        annotations: ToolAnnotations,
        refusal: (@Sendable (TestCaller) -> String?)? = nil,
        call: @escaping Tool<TestCaller>.Call
    ) -> Tool<TestCaller> {
        Tool(
            name: name,
            title: name.uppercased(),
            description: "Does \(name).",
            inputSchema: JSONObjectText(
                """
                {"type": "object",
                 "properties": {}}
                """
            ),
            outputSchema: JSONObjectText("{\"type\":\"object\"}"),
            annotations: annotations,
            refusal: refusal,
            call: call
        )
    }
}

struct TestResources: ResourceProvider {
    let templates = [
        ResourceTemplate(uriTemplate: "test://things/{name}", name: "thing", title: "Thing", description: "A thing.")
    ]

    func list(after cursor: String?, for request: ResourceRequest<TestCaller>) async throws(MCPError) -> ResourcePage {
        let thing = Resource(uri: "test://things/a", name: "a", title: "A", description: "The first.")
        switch cursor {
        case nil: return ResourcePage(resources: [thing], next: "a")
        case "a"?: return ResourcePage(resources: [])
        default: throw .invalidParameters("cursor is none of this list")
        }
    }

    func read(uri: String, for request: ResourceRequest<TestCaller>) async throws(MCPError) -> [ResourceContents] {
        guard uri == "test://things/a" else { throw .notFound(uri: uri) }
        return [ResourceContents(uri: uri, text: Array("{\"is\":\"ä\"}".utf8))]
    }
}
