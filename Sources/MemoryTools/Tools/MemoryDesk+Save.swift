internal import JSON
internal import JobQueue
internal import MCP
internal import Memory

extension MemoryDesk {
    /// What a save was answered.
    struct Saved {
        let id: String
        /// The very same memory was there already.
        let isUnchanged: Bool
    }

    var saveToMemory: Tool<MemoryCaller> {
        Tool(
            name: "save_to_memory",
            title: "Save to memory",
            description: """
                Saves a text with metadata, so that it can be found by meaning later. It answers when the memory is \
                stored and can be found.

                Use it for what will matter beyond this conversation: facts, decisions, preferences, results, records. \
                One subject a memory, in full sentences that make sense by themselves ("Ana prefers window seats on night \
                trains", not "she prefers those"); put what is to be filtered by (amounts, dates, names, states) into \
                metadata too.

                With a key, such as a record's number, saving again under that key replaces text and metadata both: use \
                keys for whatever may change. Without one the text itself is the key: the same text is one memory, \
                however often it is saved, and saving it again replaces its metadata.

                Not for changing a part of a memory: update_memory keeps the rest. Not for secrets such as passwords.

                Example: {"collection": "invoices", "key": "INV-2041", "content": "SNCB, train Brussels to Lyon, two \
                adults", "metadata": {"vendor_name": "SNCB", "amount": 184.5, "matched": false}}
                """,
            inputSchema: JSONObjectText(MemorySchema.saveInput),
            outputSchema: JSONObjectText(MemorySchema.saveOutput),
            annotations: ToolAnnotations(isReadOnly: false, isDestructive: true, isIdempotent: true),
            refusal: { $0.refusal(.write, "save_to_memory") },
            call: { call async throws(ToolError) in try await save(call) }
        )
    }

    private func save(_ call: ToolCall<MemoryCaller>) async throws(ToolError) -> ToolResult {
        let names = ["collection", "content", "key", "metadata"]
        let arguments = try ToolArguments(call.arguments, of: "save_to_memory", allowed: names)
        let collection = try collection(arguments, for: call.caller)
        var job = job(.save, in: collection)
        job.text = try arguments.text("content", orElse: "send the text to save")
        job.key = try arguments.text("key")
        job.metadata = try arguments.object("metadata", such: #"{"vendor_name": "SNCB", "amount": 184.5}"#)
        job.source = Self.source
        let places = MemoryPlaces(collection, of: call.caller)
        let id = job.key.map(places.id(ofKey:)) ?? places.id(ofText: job.text ?? "")
        let context = context(call)
        let saved = try await turns.take(of: [places.turn(id)], alone: false) { [job] () async throws(ToolError) in
            try await save(job, for: context)
        }
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("id")
        writer.string(saved.id)
        writer.name("key")
        writer.string(orNull: job.key)
        writer.name("unchanged")
        writer.bool(saved.isUnchanged)
        writer.endObject()
        return ToolResult(structuredContent: writer.finish())
    }

    func save(_ job: JobRequest, for context: CallContext) async throws(ToolError) -> Saved {
        let result = try await result(of: job, for: context)
        guard let json = try? JSONValue(parsing: result), case .string(let id)? = json["id"] else { throw .noAnswer }
        return Saved(id: id, isUnchanged: json["deduped"] == .bool(true))
    }
}
