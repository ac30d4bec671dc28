internal import JSON
internal import MCP
internal import Memory
internal import VectorStore

/// Collections, and the memories in them, as what a host may read without a tool.
struct MemoryResources: ResourceProvider {
    let desk: MemoryDesk

    var templates: [ResourceTemplate] {
        [
            ResourceTemplate(
                uriTemplate: MemoryURI.collectionTemplate,
                name: "collection",
                title: "A collection",
                description: "What a collection is for, how much it holds, its fields, and an example of filters"
            ),
            ResourceTemplate(
                uriTemplate: MemoryURI.memoryTemplate,
                name: "memory",
                title: "A memory",
                description: "One memory, whole: text, metadata, key, source and times. The id is a UUID"
            ),
        ]
    }

    /// A cursor is the name of the last collection of the page before.
    func list(
        after cursor: String?,
        for request: ResourceRequest<MemoryCaller>
    ) async throws(MCPError) -> ResourcePage {
        guard request.caller.rights.contains(.read) else { return ResourcePage(resources: []) }
        var collections = desk.collections(for: request.caller)[...]
        if let cursor {
            guard let last = collections.firstIndex(where: { $0.name == cursor }) else {
                throw .invalidParameters("cursor: is none of ours; send nextCursor of the page before, or none")
            }
            collections = collections[(last + 1)...]
        }
        let page = collections.prefix(ToolLimits.resourcesListed)
        return ResourcePage(
            resources: page.map { collection in
                Resource(
                    uri: MemoryURI.collection(collection.name).text,
                    name: collection.name,
                    title: collection.name,
                    description: collection.description.isEmpty
                        ? "The collection \(collection.name)" : collection.description
                )
            },
            next: page.count < collections.count ? page.last?.name : nil
        )
    }

    func read(uri: String, for request: ResourceRequest<MemoryCaller>) async throws(MCPError) -> [ResourceContents] {
        if let refusal = request.caller.refusal(.read, "Reading resources") { throw .invalidParameters(refusal) }
        let context = CallContext(request, timeout: desk.configuration.timeout)
        let text: [UInt8]?
        switch MemoryURI(uri) {
        case .collection(let name): text = await collection(name, context)
        case .memory(let name, let id): text = try await memory(id, of: name, context)
        case nil: text = nil
        }
        guard let text else { throw .notFound(uri: uri) }
        return [ResourceContents(uri: uri, text: text)]
    }

    private func collection(_ name: String, _ context: CallContext) async -> [UInt8]? {
        guard let collection = desk.collection(named: name, for: context.caller) else { return nil }
        let views = await desk.views(of: [collection], for: context)
        guard let view = views.first else { return nil }
        var writer = JSONWriter()
        writer.beginObject()
        view.writeMembers(to: &writer)
        writer.name("filters_example")
        if let example = try? view.exampleOfFilters?.serialized() { writer.raw(example) } else { writer.null() }
        writer.endObject()
        return writer.finish()
    }

    private func memory(_ id: String, of name: String, _ context: CallContext) async throws(MCPError) -> [UInt8]? {
        guard let collection = desk.collection(named: name, for: context.caller),
            let point = PointID(text: ArraySlice(id.utf8))
        else { return nil }
        let found: MemoryView?
        do throws(ToolError) {
            found = try await desk.memory(.id(point.text), in: collection, for: context)
        } catch {
            throw MCPError(.internalError, error.message)
        }
        guard let found else { return nil }
        var writer = JSONWriter()
        found.write(to: &writer)
        return writer.finish()
    }
}
