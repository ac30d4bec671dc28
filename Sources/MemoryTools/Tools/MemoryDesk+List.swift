internal import JSON
internal import JobQueue
internal import MCP
internal import Memory

extension MemoryDesk {
    var listMemories: Tool<MemoryCaller> {
        Tool(
            name: "list_memories",
            title: "List memories",
            description: """
                Goes through the memories of a collection, all or those that match filters, a page at a time.

                Use it to see what a collection holds, or to work through all memories of a kind. Not for finding \
                something by what it means: search_memory is quicker and reads less.

                The order is by id, which says nothing about the memories, and is the same every time. While next_cursor \
                is not null there are more: call again with it as cursor and the same filters. Texts of more than 1,000 \
                characters are cut (content_truncated): get_memory reads all of one.

                Example: {"collection": "invoices", "filters": {"matched": false}, "limit": 50}
                """,
            inputSchema: JSONObjectText(MemorySchema.listInput),
            outputSchema: JSONObjectText(MemorySchema.listOutput),
            annotations: ToolAnnotations(isReadOnly: true, isDestructive: false, isIdempotent: true),
            refusal: { $0.refusal(.read, "list_memories") },
            call: { call async throws(ToolError) in try await list(call) }
        )
    }

    private func list(_ call: ToolCall<MemoryCaller>) async throws(ToolError) -> ToolResult {
        let names = ["collection", "filters", "limit", "cursor"]
        let arguments = try ToolArguments(call.arguments, of: "list_memories", allowed: names)
        let collection = try collection(arguments, for: call.caller)
        var job = job(.list, in: collection)
        job.filters = try arguments.object("filters", such: #"{"matched": false}"#)
        job.topK = try arguments.integer("limit", in: ToolLimits.listed) ?? ToolLimits.defaultListed
        if let cursor = try arguments.text("cursor") {
            job.after = try ListCursor(cursor, in: collection.name).after
        }
        let result = try await result(of: job, for: context(call))
        var memories: [UInt8]?
        var next: String?
        try Self.read(result) { name, scanner throws(JSONError) in
            if name == "memories" {
                memories = try Self.memories(&scanner, maximumCharacters: ToolLimits.charactersListed)
                return memories != nil
            }
            if name == "next", try !scanner.readNull() { next = try scanner.readString().string }
            return true
        }
        guard let memories else { throw .noAnswer }
        var writer = JSONWriter(reservingCapacity: memories.count + 160)
        writer.beginObject()
        writer.name("memories")
        writer.raw(memories)
        writer.name("next_cursor")
        writer.string(orNull: next.map { ListCursor(after: $0, collection: collection.name).text })
        writer.endObject()
        return ToolResult(structuredContent: writer.finish())
    }
}
