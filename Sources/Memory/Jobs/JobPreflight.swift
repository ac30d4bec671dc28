package import JobQueue

/// Checks a job before it is sent, as the worker that reads it is going to: its fields, its collection, and its metadata
/// and filters against the collection. Whoever sends one that is wrong is told at once.
package struct JobPreflight: Sendable {
    private let check: JobCheck
    private let catalog: CollectionCatalog
    private let maximumJSONBytes: Int

    /// - Parameters:
    ///   - keys: Memoir's own, which no job may have its reply put onto.
    ///   - maximumTextBytes: of `content` and `query`.
    ///   - maximumJSONBytes: of `metadata` and `filters`.
    package init(keys: JobKeys, catalog: CollectionCatalog, maximumTextBytes: Int, maximumJSONBytes: Int) {
        check = JobCheck(keys: keys, maximumTextBytes: maximumTextBytes, maximumJSONBytes: maximumJSONBytes)
        self.catalog = catalog
        self.maximumJSONBytes = maximumJSONBytes
    }

    /// - Throws: the first thing that is wrong.
    package func check(_ request: JobRequest) throws(InvalidJob) {
        try check(request.fields.map { ("\($0.name)", $0.value) }, on: request.lane)
    }

    /// - Parameter fields: of the wire.
    /// - Throws: the first thing that is wrong.
    package func check(_ fields: [(name: String, value: String)], on lane: Lane) throws(InvalidJob) {
        let job = try check.job(fields, on: lane)
        guard job.type != .embed && job.type != .stats else { return }
        let collection = try catalog.collection(named: job.collection)
        if let metadata = job.metadata { try check(metadata: metadata, in: collection) }
        if let filters = job.filters {
            let limits = FilterLimits(bytes: maximumJSONBytes)
            _ = try ScopedFilter(tenant: job.tenant, filters: filters, in: collection, limits: limits)
        }
    }

    package func check(metadata: ArraySlice<UInt8>, in collection: CollectionDefinition) throws(InvalidJob) {
        _ = try CheckedMetadata(metadata, for: collection, limits: MetadataLimits(bytes: maximumJSONBytes))
    }
}
