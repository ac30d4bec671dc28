internal import JSON

extension MCPServer {
    func listPrompts(_ parameters: RequestParameters, to result: inout ResultWriter) throws(MCPError) {
        guard !prompts.isEmpty else { throw Self.methodNotFound("prompts/list") }
        try refuseCursor(parameters)
        result.json.name("prompts")
        result.json.beginArray()
        for prompt in prompts { prompt.write(to: &result.json, result.version) }
        result.json.endArray()
        result.cache(.fixed)
    }

    func getPrompt(_ parameters: RequestParameters, to result: inout ResultWriter) throws(MCPError) {
        guard !prompts.isEmpty else { throw Self.methodNotFound("prompts/get") }
        let name = try parameters.requiredString(.name)
        guard let prompt = prompts.first(where: { $0.name == name }) else {
            throw .invalidParameters("unknown prompt \(name)")
        }
        let messages = prompt.messages(try Self.values(of: parameters, for: prompt))
        result.json.name("description")
        result.json.string(prompt.description)
        result.json.name("messages")
        result.json.beginArray()
        for message in messages {
            result.json.beginObject()
            result.json.name("role")
            result.json.string(message.role.rawValue)
            result.json.name("content")
            result.json.beginObject()
            result.json.name("type")
            result.json.string("text")
            result.json.name("text")
            result.json.string(message.text)
            result.json.endObject()
            result.json.endObject()
        }
        result.json.endArray()
    }

    private static func values(
        of parameters: RequestParameters,
        for prompt: Prompt
    ) throws(MCPError) -> [String: String] {
        let given = try strings(parameters[.arguments])
        var values: [String: String] = [:]
        for argument in prompt.arguments {
            values[argument.name] = given[argument.name]
            guard given[argument.name] != nil || !argument.isRequired else {
                throw .invalidParameters("the prompt \(prompt.name) needs its argument \(argument.name)")
            }
        }
        return values
    }

    /// An object whose values are strings; a name that stands there twice has its last one.
    private static func strings(_ value: RequestParameters.Value?) throws(MCPError) -> [String: String] {
        guard let value, value.kind != .null else { return [:] }
        let invalid = MCPError.invalidParameters("arguments must be an object whose values are strings")
        guard value.kind == .object else { throw invalid }
        var strings: [String: String] = [:]
        do throws(JSONError) {
            var scanner = JSONScanner(value.bytes)
            try scanner.beginObject()
            while let name = try scanner.nextName() {
                strings[name.string] = try scanner.readString().string
            }
        } catch {
            throw invalid
        }
        return strings
    }
}
