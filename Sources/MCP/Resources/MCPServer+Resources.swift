internal import JSON

extension MCPServer {
    func listResources(
        _ parameters: RequestParameters,
        _ context: RequestContext<Caller>,
        to result: inout ResultWriter
    ) async throws(MCPError) {
        guard let resources else { throw Self.methodNotFound("resources/list") }
        let cursor = try parameters.string(.cursor)
        let page = try await resources.list(after: cursor, for: ResourceRequest(context))
        result.json.name("resources")
        result.json.beginArray()
        for resource in page.resources { resource.write(to: &result.json, result.version) }
        result.json.endArray()
        if let next = page.next {
            result.json.name("nextCursor")
            result.json.string(next)
        }
        result.cache(.stale)
    }

    func listTemplates(_ parameters: RequestParameters, to result: inout ResultWriter) throws(MCPError) {
        guard let resources else { throw Self.methodNotFound("resources/templates/list") }
        try refuseCursor(parameters)
        result.json.name("resourceTemplates")
        result.json.beginArray()
        for template in resources.templates { template.write(to: &result.json, result.version) }
        result.json.endArray()
        result.cache(.fixed)
    }

    func readResource(
        _ parameters: RequestParameters,
        _ context: RequestContext<Caller>,
        to result: inout ResultWriter
    ) async throws(MCPError) {
        guard let resources else { throw Self.methodNotFound("resources/read") }
        let uri = try parameters.requiredString(.uri)
        let contents = try await resources.read(uri: uri, for: ResourceRequest(context))
        result.json.name("contents")
        result.json.beginArray()
        for part in contents {
            result.json.beginObject()
            result.json.name("uri")
            result.json.string(part.uri)
            result.json.name("mimeType")
            result.json.string(part.mimeType)
            result.json.name("text")
            result.json.string(part.text[...])
            result.json.endObject()
        }
        result.json.endArray()
        result.cache(.stale)
    }
}

extension ResourceRequest {
    init(_ context: RequestContext<Caller>) {
        self.init(caller: context.caller, trace: context.trace, protocolVersion: context.version)
    }
}
