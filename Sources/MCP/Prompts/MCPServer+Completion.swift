internal import JSON

extension MCPServer {
    /// The schema's own bound.
    private static var maximumProposals: Int { 100 }

    func complete(
        _ parameters: RequestParameters,
        _ context: RequestContext<Caller>,
        to result: inout ResultWriter
    ) async throws(MCPError) {
        guard let completer else { throw Self.methodNotFound("completion/complete") }
        let reference = try Self.members(of: parameters, .ref, ["type", "name", "uri"])
        let argument = try Self.members(of: parameters, .argument, ["name", "value"])
        guard let name = argument["name"], let value = argument["value"] else {
            throw .invalidParameters("argument must have a name and a value, both strings")
        }
        let request = CompletionRequest(
            caller: context.caller,
            reference: try Self.reference(reference),
            argument: name,
            value: value
        )
        let proposals = await completer(request)
        result.json.name("completion")
        result.json.beginObject()
        result.json.name("values")
        result.json.beginArray()
        for proposal in proposals.prefix(Self.maximumProposals) { result.json.string(proposal) }
        result.json.endArray()
        result.json.name("hasMore")
        result.json.bool(proposals.count > Self.maximumProposals)
        result.json.endObject()
    }

    private static func reference(_ members: [String: String]) throws(MCPError) -> CompletionRequest<Caller>.Reference {
        switch (members["type"], members["name"], members["uri"]) {
        case ("ref/prompt", let name?, _): return .prompt(name)
        case ("ref/resource", _, let uri?): return .resourceTemplate(uri)
        default: throw .invalidParameters("ref must be of type ref/prompt with a name, or ref/resource with a uri")
        }
    }

    /// Those of the names that are there and strings.
    private static func members(
        of parameters: RequestParameters,
        _ name: RequestParameters.Name,
        _ wanted: [String]
    ) throws(MCPError) -> [String: String] {
        guard let value = parameters[name], value.kind == .object else {
            throw .invalidParameters("\(name.rawValue) must be an object")
        }
        var members: [String: String] = [:]
        do throws(JSONError) {
            var scanner = JSONScanner(value.bytes)
            try scanner.beginObject()
            while let member = try scanner.nextName() {
                let string = try scanner.string()
                if let string, wanted.contains(member.string) { members[member.string] = string.string }
            }
        } catch {
            throw .invalidParameters("\(name.rawValue): \(error)")
        }
        return members
    }
}
