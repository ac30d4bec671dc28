internal import JSON
internal import JobQueue
internal import MCP
internal import Memory

extension MemoryDesk {
    /// For forgetting what has moved, whatever is left of the call.
    private static let forgetting = Duration.seconds(5)

    var updateMemory: Tool<MemoryCaller> {
        Tool(
            name: "update_memory",
            title: "Update one memory",
            description: """
                Changes a memory that is there, named by its key or its id: its text, some of its metadata, or both. What \
                is not sent stays as it is.

                metadata is merged: each field that is sent replaces the one of that name (an object or array as a whole), \
                null removes it, and the others stay. Use it to correct or complete a memory, or to set a state \
                ({"matched": true}). For a new memory, or to replace all of one that has a key: save_to_memory.

                A memory with a key keeps its id. A memory without one is named by its text: with a new content it gets a \
                new id, which is answered as id, and what was stored under the old one (previous_id) is forgotten. That \
                fails, and nothing changes, where another memory has this very text already.

                The memory is read, changed and saved again, and calls to this server take their turns; where another \
                program saves the same memory at the very same moment, whoever is last wins: based_on tells the updated_at \
                of what this update was made from, so compare it where that matters.

                Example: {"collection": "invoices", "key": "INV-2041", "metadata": {"matched": true, "note": null}}
                """,
            inputSchema: JSONObjectText(MemorySchema.updateInput),
            outputSchema: JSONObjectText(MemorySchema.updateOutput),
            annotations: ToolAnnotations(isReadOnly: false, isDestructive: true, isIdempotent: true),
            // It reads as well: what is stored comes back in its answer.
            refusal: { $0.refusal(.write, "update_memory") ?? $0.refusal(.read, "update_memory") },
            call: { call async throws(ToolError) in try await update(call) }
        )
    }

    private func update(_ call: ToolCall<MemoryCaller>) async throws(ToolError) -> ToolResult {
        let names = ["collection", "key", "id", "content", "metadata"]
        let arguments = try ToolArguments(call.arguments, of: "update_memory", allowed: names)
        let collection = try collection(arguments, for: call.caller)
        let patch = try MetadataPatch(try arguments.object("metadata", such: #"{"matched": true, "note": null}"#))
        if let json = patch.json {
            do throws(InvalidJob) {
                try preflight.check(metadata: json, in: collection)
            } catch {
                throw ToolError(error)
            }
        }
        let change = MemoryChange(
            name: try MemoryName(arguments),
            content: try arguments.text("content"),
            patch: patch
        )
        guard change.content != nil || patch.json != nil else {
            throw .invalid("content", "is missing: send content, metadata or both, to say what is to change")
        }
        let context = context(call)
        let places = MemoryPlaces(collection, of: call.caller)
        var turn: Set = [places.turn(places.id(of: change.name))]
        // A new text may be where the memory is stored from then on.
        if case .id = change.name, let content = change.content { turn.insert(places.turn(places.id(ofText: content))) }
        return try await turns.take(of: turn, alone: true) { () async throws(ToolError) in
            try await perform(change, in: collection, for: context)
        }
    }

    private func perform(
        _ change: MemoryChange,
        in collection: CollectionDefinition,
        for context: CallContext
    ) async throws(ToolError) -> ToolResult {
        guard let old = try await memory(change.name, in: collection, for: context) else {
            let field = if case .key = change.name { "key" } else { "id" }
            let advice = "save_to_memory makes a new one, search_memory and list_memories tell what there is"
            throw .invalid(field, "no memory has \(change.name.description): \(advice)")
        }
        var job = job(.save, in: collection)
        guard let content = change.content ?? old.content else {
            throw .invalid("content", "is missing: the memory has no text of its own, so send one")
        }
        job.text = content
        job.key = old.key
        // Where it came from stays: others find what is theirs by it.
        job.source = old.source ?? Self.source
        let metadata = change.patch.applied(to: old.metadata)
        job.metadata = String(decoding: metadata, as: UTF8.self)
        try await checkFree(content, insteadOf: old, in: collection, for: context)
        let saved = try await save(job, for: context)
        if saved.id != old.id { try await forget(old, movedTo: saved.id, in: collection, for: context) }
        return Self.answer(saved, old, metadata)
    }

    /// A text names the memory that has no key: a new one may be another memory's name.
    private func checkFree(
        _ content: String,
        insteadOf old: MemoryView,
        in collection: CollectionDefinition,
        for context: CallContext
    ) async throws(ToolError) {
        guard old.key == nil, content != old.content else { return }
        let id = MemoryPlaces(collection, of: context.caller).id(ofText: content)
        guard id != old.id, try await memory(.id(id), in: collection, for: context) != nil else { return }
        throw .invalid(
            "content",
            """
            another memory has this very text: its id is \(id). Nothing was changed: update that one, and forget \
            \(old.id) where it is not needed any more
            """
        )
    }

    /// Also where the call is cancelled by now, or has no time left: the memory would be there twice.
    private func forget(
        _ old: MemoryView,
        movedTo id: String,
        in collection: CollectionDefinition,
        for context: CallContext
    ) async throws(ToolError) {
        let forgetting = Task { () async -> ToolError? in
            do throws(ToolError) {
                _ = try await forget(.id(old.id), in: collection, for: context.atLeast(Self.forgetting))
                return nil
            } catch {
                return error
            }
        }
        guard let failure = await forgetting.value else { return }
        throw ToolError(
            """
            The new text is saved under the id \(id), but the old memory \(old.id) could not be forgotten: \
            \(failure.message) Call forget_memory with the id \(old.id).
            """
        )
    }

    private static func answer(_ saved: Saved, _ old: MemoryView, _ metadata: [UInt8]) -> ToolResult {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("id")
        writer.string(saved.id)
        writer.name("previous_id")
        writer.string(orNull: saved.id == old.id ? nil : old.id)
        writer.name("key")
        writer.string(orNull: old.key)
        writer.name("unchanged")
        writer.bool(saved.isUnchanged)
        writer.name("metadata")
        writer.raw(metadata)
        writer.name("based_on")
        writer.string(orNull: old.updatedAt)
        writer.endObject()
        return ToolResult(structuredContent: writer.finish())
    }
}
