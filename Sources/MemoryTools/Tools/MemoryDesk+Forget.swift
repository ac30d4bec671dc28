internal import JSON
internal import JobQueue
internal import MCP
internal import Memory

extension MemoryDesk {
    var forgetMemory: Tool<MemoryCaller> {
        Tool(
            name: "forget_memory",
            title: "Forget one memory",
            description: """
                Deletes one memory for good, by the key that it was saved under or by its id. It cannot be undone.

                Use it where somebody asks to have something forgotten, or a memory is wrong and nothing takes its place. \
                Where something changed, update_memory or save_to_memory under the same key is better. Be sure that it is \
                the right one: read it first (get_memory) where you know it from a search only.

                forgotten is 0 where there was none of that key or id, which is no error.

                Example: {"collection": "invoices", "key": "INV-2041"}
                """,
            inputSchema: JSONObjectText(MemorySchema.namingInput),
            outputSchema: JSONObjectText(MemorySchema.forgetOutput),
            annotations: ToolAnnotations(isReadOnly: false, isDestructive: true, isIdempotent: true),
            refusal: { $0.refusal(.forget, "forget_memory") },
            call: { call async throws(ToolError) in try await forget(call) }
        )
    }

    private func forget(_ call: ToolCall<MemoryCaller>) async throws(ToolError) -> ToolResult {
        let arguments = try ToolArguments(call.arguments, of: "forget_memory", allowed: ["collection", "key", "id"])
        let collection = try collection(arguments, for: call.caller)
        let name = try MemoryName(arguments)
        let places = MemoryPlaces(collection, of: call.caller)
        let context = context(call)
        let turn: Set = [places.turn(places.id(of: name))]
        let count = try await turns.take(of: turn, alone: false) { () async throws(ToolError) in
            try await forget(name, in: collection, for: context)
        }
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("forgotten")
        writer.integer(count)
        writer.endObject()
        return ToolResult(structuredContent: writer.finish())
    }

    /// - Returns: how many are gone: 1 or 0.
    func forget(
        _ name: MemoryName,
        in collection: CollectionDefinition,
        for context: CallContext
    ) async throws(ToolError) -> Int {
        var job = job(.forget, in: collection)
        switch name {
        case .key(let key): job.key = key
        // Checked: a UUID needs no escaping. The worker adds the tenant to every filter.
        case .id(let id): job.filters = #"{"must":[{"has_id":["\#(id)"]}]}"#
        }
        let result = try await result(of: job, for: context)
        guard let json = try? JSONValue(parsing: result), case .integer(let count)? = json["forgotten"],
            (0...1).contains(count)
        else { throw .noAnswer }
        return count
    }
}
