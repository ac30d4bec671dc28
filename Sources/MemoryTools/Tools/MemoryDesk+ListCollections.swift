internal import JSON
internal import MCP

extension MemoryDesk {
    var listCollections: Tool<MemoryCaller> {
        Tool(
            name: "list_collections",
            title: "List collections",
            description: """
                Lists the collections that memories are kept in: what each is for, how many memories it holds, and the \
                fields that its metadata declares, which are what to filter by.

                Use it first, before you search or save, unless you know the collection's name. Collections cannot be \
                made by a tool: whoever runs this server declares them.
                """,
            inputSchema: JSONObjectText(MemorySchema.noInput),
            outputSchema: JSONObjectText(MemorySchema.collectionsOutput),
            annotations: ToolAnnotations(isReadOnly: true, isDestructive: false, isIdempotent: true),
            refusal: { $0.refusal(.read, "list_collections") },
            call: { call async throws(ToolError) in
                _ = try ToolArguments(call.arguments, of: "list_collections", allowed: [])
                return await listCollections(call)
            }
        )
    }

    private func listCollections(_ call: ToolCall<MemoryCaller>) async -> ToolResult {
        let views = await views(of: collections(for: call.caller), for: context(call))
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("collections")
        writer.beginArray()
        for view in views {
            writer.beginObject()
            view.writeMembers(to: &writer)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return ToolResult(structuredContent: writer.finish())
    }
}
