internal import JobQueue

extension MemoryClient {
    /// Remembers a text.
    ///
    /// - Parameters:
    ///   - content: not blank, at most 1 MiB unless workers are configured otherwise.
    ///   - collection: one that is declared.
    ///   - metadata: at most 64 KiB as JSON; `content` and names that begin with `_memoir` are taken.
    ///   - key: the memory's own, such as an invoice number: saving the same key again replaces the memory. Without one
    ///     the text is the key.
    ///   - tenant: whose memory it is; the client's own when nil.
    /// - Returns: when the memory is stored and can be found.
    @discardableResult
    public func save(
        _ content: String,
        in collection: String,
        metadata: [String: MemoryValue] = [:],
        key: String? = nil,
        tenant: String? = nil,
        options: CallOptions = CallOptions()
    ) async throws(MemoryError) -> SavedMemory {
        var request = request(.save, options)
        request.collection = collection
        request.text = content
        request.metadata = try Self.json(metadata, "metadata")
        request.key = key
        request.tenant = tenant ?? self.tenant
        return try await run(request, options).saved()
    }

    /// Finds the memories nearest in meaning to a text, the nearest first.
    ///
    /// - Parameters:
    ///   - limit: 1 to 1,000.
    ///   - filters: fields and the values that they must have (docs/wire.md), or a filter of Qdrant's own.
    ///   - scoreThreshold: results that score less are left out.
    ///   - tenant: whose memories are searched; the client's own when nil.
    public func search(
        _ query: String,
        in collection: String,
        limit: Int = 5,
        filters: [String: MemoryValue] = [:],
        scoreThreshold: Double? = nil,
        tenant: String? = nil,
        options: CallOptions = CallOptions()
    ) async throws(MemoryError) -> [FoundMemory] {
        var request = request(.search, options)
        request.collection = collection
        request.text = query
        request.topK = limit
        request.filters = try Self.json(filters, "filters")
        request.scoreThreshold = scoreThreshold
        request.tenant = tenant ?? self.tenant
        return try await run(request, options).found()
    }

    /// Turns a text into a vector.
    public func embed(
        _ text: String,
        options: CallOptions = CallOptions()
    ) async throws(MemoryError) -> Embedding {
        var request = request(.embed, options)
        request.text = text
        request.encodingFormat = "base64"
        return try await run(request, options).embedding()
    }

    /// Deletes the memory that was saved with a key.
    ///
    /// - Returns: how many are gone: 1, or 0 where there was none.
    @discardableResult
    public func forget(
        key: String,
        in collection: String,
        tenant: String? = nil,
        options: CallOptions = CallOptions()
    ) async throws(MemoryError) -> Int {
        var request = request(.forget, options)
        request.collection = collection
        request.key = key
        request.tenant = tenant ?? self.tenant
        return try await run(request, options).forgotten()
    }

    /// Deletes every memory that matches.
    ///
    /// - Parameter filters: as of a search; at least one condition.
    /// - Returns: how many are gone.
    @discardableResult
    public func forget(
        matching filters: [String: MemoryValue],
        in collection: String,
        tenant: String? = nil,
        options: CallOptions = CallOptions()
    ) async throws(MemoryError) -> Int {
        var request = request(.forget, options)
        request.collection = collection
        request.filters = try Self.json(filters, "filters")
        request.tenant = tenant ?? self.tenant
        return try await run(request, options).forgotten()
    }

    /// The figures of the whole system: cache, collections, lanes, workers, provider, cost.
    public func systemStatistics(options: CallOptions = CallOptions()) async throws(MemoryError) -> SystemReport {
        let result = try await run(request(.stats, options), options)
        return SystemReport(figures: MemoryValue(result.json))
    }
}
