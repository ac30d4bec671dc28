internal import JobQueue

extension MemoryClient {
    /// The memory that was saved with a key; nil where there is none.
    public func get(
        key: String,
        in collection: String,
        tenant: String? = nil,
        options: CallOptions = CallOptions()
    ) async throws(MemoryError) -> StoredMemory? {
        var request = request(named: "get", options)
        request.collection = collection
        request.key = key
        request.tenant = tenant ?? self.tenant
        return try await run(request, options).memory()
    }

    /// The memory of that id, which its save answered; nil where there is none.
    public func get(
        id: String,
        in collection: String,
        tenant: String? = nil,
        options: CallOptions = CallOptions()
    ) async throws(MemoryError) -> StoredMemory? {
        var request = request(named: "get", options)
        request.collection = collection
        request.memoryID = id
        request.tenant = tenant ?? self.tenant
        return try await run(request, options).memory()
    }

    /// Memories in the order of their ids, a page at a time.
    ///
    /// - Parameters:
    ///   - filters: as of a search.
    ///   - limit: of one page, 1 to 1,000.
    ///   - after: the `next` of the page before; nil for the first page.
    public func list(
        in collection: String,
        filters: [String: MemoryValue] = [:],
        limit: Int = 100,
        after: String? = nil,
        tenant: String? = nil,
        options: CallOptions = CallOptions()
    ) async throws(MemoryError) -> MemoryPage {
        var request = request(named: "list", options)
        request.collection = collection
        request.filters = try Self.json(filters, "filters")
        request.topK = limit
        request.after = after
        request.tenant = tenant ?? self.tenant
        return try await run(request, options).page()
    }
}
