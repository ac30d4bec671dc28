internal import JSON
internal import MCP
internal import Memory

extension MemoryDesk {
    var getMemoryStats: Tool<MemoryCaller> {
        Tool(
            name: "get_memory_stats",
            title: "Memory statistics",
            description: """
                Tells how the memory is doing: how many memories each collection holds, how often embeddings were found in \
                the cache and what that saved, how many jobs wait, whether workers run, and what embeddings have cost today.

                Use it where somebody asks for such figures, or where calls are slow or fail: workers 0 means that nothing \
                is done until one is started, embedding_service open that the embedding service is away. Not for what is \
                remembered: search_memory.
                """,
            inputSchema: JSONObjectText(MemorySchema.noInput),
            outputSchema: JSONObjectText(MemorySchema.statsOutput),
            annotations: ToolAnnotations(isReadOnly: true, isDestructive: false, isIdempotent: true),
            refusal: { $0.refusal(.read, "get_memory_stats") },
            call: { call async throws(ToolError) in
                _ = try ToolArguments(call.arguments, of: "get_memory_stats", allowed: [])
                let figures = try await figures(for: context(call))
                return ToolResult(
                    structuredContent: Self.stats(figures, collections(for: call.caller), tenant: call.caller.tenant)
                )
            }
        )
    }

    /// What of the figures is for this caller.
    private static func stats(
        _ figures: JSONValue,
        _ collections: [CollectionDefinition],
        tenant: String?
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("cache")
        writer.beginObject()
        writer.name("hit_rate_percent")
        writer.number(orNull: figures["cache"]?["hit_rate_percent"])
        // The rate alone says nothing of how much others ask and save.
        for name in ["total_requests", "hits", "misses", "tokens_saved", "dollars_saved"] {
            writer.name(name)
            writer.number(orNull: tenant == nil ? figures["cache"]?[name] : nil)
        }
        writer.endObject()
        writer.name("collections")
        writer.beginArray()
        for collection in collections {
            let found = figures["collections"]?[collection.name]
            writer.beginObject()
            writer.name("name")
            writer.string(collection.name)
            writer.name("points")
            writer.integer(orNull: tenant == nil ? found?["points_count"]?.integer : nil)
            writer.name("status")
            writer.string(found?["status"]?.string ?? "unknown")
            writer.endObject()
        }
        writer.endArray()
        writeQueue(figures, to: &writer)
        writer.name("embedding_service")
        writer.string(orNull: figures["provider"]?["circuit"]?.string)
        writeCost(figures["cost"], tenant: tenant, to: &writer)
        writer.endObject()
        return writer.finish()
    }

    private static func writeQueue(_ figures: JSONValue, to writer: inout JSONWriter) {
        writer.name("lanes")
        writer.beginArray()
        if case .object(let lanes)? = figures["lanes"] {
            for lane in lanes {
                writer.beginObject()
                writer.name("name")
                writer.string(lane.name)
                writer.name("waiting")
                writer.integer(orNull: lane.value["undelivered"]?.integer)
                writer.name("in_work")
                writer.integer(orNull: lane.value["in_work"]?.integer)
                writer.name("oldest_ms")
                writer.integer(orNull: lane.value["oldest_ms"]?.integer)
                writer.name("drain_ms")
                writer.integer(orNull: lane.value["drain_ms"]?.integer)
                writer.name("paused")
                writer.bool((lane.value["paused_since"] ?? .null) != .null)
                writer.endObject()
            }
        }
        writer.endArray()
        writer.name("workers")
        var workers: Int?
        if case .array(let found)? = figures["workers"] { workers = found.count }
        writer.integer(orNull: workers)
        for name in ["delayed", "dead"] {
            writer.name(name)
            writer.integer(orNull: figures[name]?.integer)
        }
    }

    /// Of the caller's tenant where it has one: what others spend is not for it.
    private static func writeCost(_ cost: JSONValue?, tenant: String?, to writer: inout JSONWriter) {
        let spent: JSONValue? =
            switch tenant {
            case nil: cost?["today"]
            // Stands for jobs without a tenant.
            case "-": nil
            case let tenant?: cost?["by_tenant"]?[tenant]
            }
        writer.name("cost_today")
        writer.beginObject()
        for name in ["tokens", "requests", "dollars"] {
            writer.name(name)
            writer.number(orNull: spent?[name])
        }
        writer.endObject()
        writer.name("budget")
        writer.string(orNull: cost?["budget"]?["state"]?.string)
    }
}

extension JSONWriter {
    /// Whole numbers as such; what is no number is null.
    fileprivate mutating func number(orNull value: JSONValue?) {
        if let whole = value?.integer {
            integer(whole)
        } else if let number = value?.number, number.isFinite {
            raw(number.description.utf8)
        } else {
            null()
        }
    }
}
