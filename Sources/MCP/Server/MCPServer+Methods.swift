internal import JSON

extension MCPServer {
    /// The answer to a request whose envelope was found right, `initialize` and `subscriptions/listen` excepted: these
    /// belong to the transport. Progress ends with it, and where the task is cancelled before.
    func answer(_ request: IncomingRequest, _ context: RequestContext<Caller>) async -> Answer {
        defer { context.progress.close() }
        return await withTaskCancellationHandler {
            await work(on: request, context)
        } onCancel: {
            context.progress.close()
        }
    }

    private func work(on request: IncomingRequest, _ context: RequestContext<Caller>) async -> Answer {
        do throws(MCPError) {
            var result = ResultWriter(
                id: request.id,
                context.version,
                serverInfo: infoText(context.version)
            )
            try await write(request, context, to: &result)
            return Answer(result)
        } catch {
            return Answer(error, id: request.id, context.version)
        }
    }

    private func write(
        _ request: IncomingRequest,
        _ context: RequestContext<Caller>,
        to result: inout ResultWriter
    ) async throws(MCPError) {
        let parameters = request.parameters
        switch request.method {
        case "tools/list": try listTools(parameters, context, to: &result)
        case "tools/call": try await callTool(parameters, context, to: &result)
        case "prompts/list": try listPrompts(parameters, to: &result)
        case "prompts/get": try getPrompt(parameters, to: &result)
        case "resources/list": try await listResources(parameters, context, to: &result)
        case "resources/templates/list": try listTemplates(parameters, to: &result)
        case "resources/read": try await readResource(parameters, context, to: &result)
        case "completion/complete": try await complete(parameters, context, to: &result)
        case "server/discover" where context.version.isStateless: discover(to: &result)
        case "ping" where !context.version.isStateless: break
        default: throw Self.methodNotFound(request.method)
        }
    }

    static func methodNotFound(_ method: String) -> MCPError {
        MCPError(.methodNotFound, "no method \(method)")
    }

    /// All of a list is on its first page, so no cursor was ever given out.
    func refuseCursor(_ parameters: RequestParameters) throws(MCPError) {
        guard try parameters.string(.cursor) == nil else { throw .invalidParameters("cursor is none of this list") }
    }

    private func listTools(
        _ parameters: RequestParameters,
        _ context: RequestContext<Caller>,
        to result: inout ResultWriter
    ) throws(MCPError) {
        try refuseCursor(parameters)
        result.json.name("tools")
        result.json.beginArray()
        for text in texts(ofToolsFor: context.caller, result.version) { result.json.raw(text) }
        result.json.endArray()
        result.cache(tools.allSatisfy { $0.refusal == nil } ? .fixed : .fixedForCaller)
    }

    private func discover(to result: inout ResultWriter) {
        result.json.name("supportedVersions")
        result.json.beginArray()
        for version in ProtocolVersion.supported { result.json.string(version.rawValue) }
        result.json.endArray()
        writeOffer(to: &result)
        result.cache(.fixed)
    }

    /// Capabilities and instructions.
    func writeOffer(to result: inout ResultWriter) {
        result.json.name("capabilities")
        result.json.beginObject()
        for (name, isOffered) in [
            ("tools", !tools.isEmpty), ("resources", resources != nil), ("prompts", !prompts.isEmpty),
            ("completions", completer != nil),
        ] where isOffered {
            result.json.name(name)
            result.json.beginObject()
            result.json.endObject()
        }
        result.json.endObject()
        result.json.name("instructions")
        result.json.string(instructions)
    }
}
