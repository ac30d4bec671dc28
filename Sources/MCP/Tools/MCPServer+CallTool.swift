internal import JSON

extension MCPServer {
    func callTool(
        _ parameters: RequestParameters,
        _ context: RequestContext<Caller>,
        to result: inout ResultWriter
    ) async throws(MCPError) {
        let name = try parameters.requiredString(.name)
        guard let tool = tool(named: name) else { throw .invalidParameters("unknown tool \(name)") }
        let arguments = try Self.arguments(parameters)
        if let refusal = tool.refusal?(context.caller) {
            return Self.write(ToolError(refusal), to: &result)
        }
        let call = ToolCall(
            caller: context.caller,
            arguments: arguments,
            progress: context.progress,
            trace: context.trace,
            protocolVersion: context.version
        )
        do throws(ToolError) {
            Self.write(try await tool.call(call), to: &result)
        } catch {
            Self.write(error, to: &result)
        }
    }

    private static func arguments(_ parameters: RequestParameters) throws(MCPError) -> ArraySlice<UInt8> {
        guard let value = parameters[.arguments], value.kind != .null else { return ArraySlice("{}".utf8) }
        guard value.kind == .object else { throw .invalidParameters("arguments must be an object") }
        return value.bytes
    }

    private static func write(_ found: ToolResult, to result: inout ResultWriter) {
        let json = found.structuredContent
        assert(Self.isObject(json), "structured content must be a JSON object")
        writeContent(to: &result) { $0.string(json[...]) }
        if result.version.hasStructuredContent {
            result.json.name("structuredContent")
            result.json.raw(json)
        }
        result.json.name("isError")
        result.json.bool(false)
    }

    private static func isObject(_ json: [UInt8]) -> Bool {
        var scanner = JSONScanner(json)
        do throws(JSONError) {
            guard try scanner.nextKind() == .object else { return false }
            try scanner.skipValue()
            try scanner.finish()
            return true
        } catch {
            return false
        }
    }

    private static func write(_ error: ToolError, to result: inout ResultWriter) {
        writeContent(to: &result) { $0.string(error.message) }
        result.json.name("isError")
        result.json.bool(true)
    }

    private static func writeContent(to result: inout ResultWriter, _ text: (inout JSONWriter) -> Void) {
        result.json.name("content")
        result.json.beginArray()
        result.json.beginObject()
        result.json.name("type")
        result.json.string("text")
        result.json.name("text")
        text(&result.json)
        result.json.endObject()
        result.json.endArray()
    }
}
