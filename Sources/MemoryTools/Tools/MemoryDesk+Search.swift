internal import JSON
internal import JobQueue
internal import MCP

extension MemoryDesk {
    var searchMemory: Tool<MemoryCaller> {
        Tool(
            name: "search_memory",
            title: "Search memory",
            description: """
                Finds the memories of a collection that are nearest in meaning to a query, the nearest first.

                Use it before you answer anything that may depend on what was saved earlier (facts, decisions, \
                preferences, records), and before you save something, to see whether it is there already. Write the query \
                as the memory may be worded ("train tickets to Lyon"), not as a question about memory, and search again \
                in other words where nothing fits. Use filters for what must hold exactly (amounts, dates, states); the \
                query is matched by meaning and does not see exact numbers well.

                Not for one memory whose key or id you know: get_memory. Not for going through all of them: list_memories.

                A score says how near a memory is; what is nearest need not be relevant: read it before you rely on it. \
                Texts of more than 10,000 characters are cut (content_truncated).

                Example: {"collection": "invoices", "query": "rail travel", "top_k": 3, "filters": {"matched": false}}
                """,
            inputSchema: JSONObjectText(MemorySchema.searchInput),
            outputSchema: JSONObjectText(MemorySchema.searchOutput),
            annotations: ToolAnnotations(isReadOnly: true, isDestructive: false, isIdempotent: true),
            refusal: { $0.refusal(.read, "search_memory") },
            call: { call async throws(ToolError) in try await search(call) }
        )
    }

    private func search(_ call: ToolCall<MemoryCaller>) async throws(ToolError) -> ToolResult {
        let names = ["collection", "query", "top_k", "score_threshold", "filters"]
        let arguments = try ToolArguments(call.arguments, of: "search_memory", allowed: names)
        let collection = try collection(arguments, for: call.caller)
        var job = job(.search, in: collection)
        job.text = try arguments.text("query", orElse: "send the text to search for")
        let count = try arguments.integer("top_k", in: ToolLimits.searchResults)
        job.topK = count ?? ToolLimits.defaultSearchResults
        job.scoreThreshold = try arguments.number("score_threshold")
        job.filters = try arguments.object("filters", such: #"{"matched": false}"#)
        let result = try await result(of: job, for: context(call))
        var memories: [UInt8]?
        try Self.read(result) { name, scanner throws(JSONError) in
            guard name == "results" else { return true }
            let maximum = ToolLimits.charactersSearched
            memories = try Self.memories(&scanner, isFound: true, maximumCharacters: maximum)
            return memories != nil
        }
        guard let memories else { throw .noAnswer }
        var writer = JSONWriter(reservingCapacity: memories.count + 16)
        writer.beginObject()
        writer.name("results")
        writer.raw(memories)
        writer.endObject()
        return ToolResult(structuredContent: writer.finish())
    }
}
