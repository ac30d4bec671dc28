internal import JSON
internal import JobQueue
internal import MCP
internal import Memory

extension MemoryDesk {
    var getMemory: Tool<MemoryCaller> {
        Tool(
            name: "get_memory",
            title: "Get one memory",
            description: """
                Reads one memory, whole, by the key that it was saved under or by its id.

                Use it where you know which memory you want, and for the rest of a text that a search or a list has cut. \
                Not for finding out what there is: search_memory, list_memories.

                memory is null where there is none of that key or id.

                Example: {"collection": "invoices", "key": "INV-2041"}
                """,
            inputSchema: JSONObjectText(MemorySchema.namingInput),
            outputSchema: JSONObjectText(MemorySchema.getOutput),
            annotations: ToolAnnotations(isReadOnly: true, isDestructive: false, isIdempotent: true),
            refusal: { $0.refusal(.read, "get_memory") },
            call: { call async throws(ToolError) in try await get(call) }
        )
    }

    private func get(_ call: ToolCall<MemoryCaller>) async throws(ToolError) -> ToolResult {
        let arguments = try ToolArguments(call.arguments, of: "get_memory", allowed: ["collection", "key", "id"])
        let collection = try collection(arguments, for: call.caller)
        let memory = try await memory(try MemoryName(arguments), in: collection, for: context(call))
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("memory")
        if let memory { memory.write(to: &writer) } else { writer.null() }
        writer.endObject()
        return ToolResult(structuredContent: writer.finish())
    }

    /// nil where there is none, or it is another tenant's.
    func memory(
        _ name: MemoryName,
        in collection: CollectionDefinition,
        for context: CallContext
    ) async throws(ToolError) -> MemoryView? {
        var job = job(.get, in: collection)
        switch name {
        case .key(let key): job.key = key
        case .id(let id): job.memoryID = id
        }
        return try Self.memory(in: try await result(of: job, for: context))
    }
}
