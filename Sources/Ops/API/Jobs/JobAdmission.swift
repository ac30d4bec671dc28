package import JobQueue
package import Memory

/// Checks a job before it is sent, as the worker that reads it is going to: its fields, its collection, and its metadata
/// and filters against the collection.
package struct JobAdmission: Sendable {
    private let check: JobCheck
    private let catalog: CollectionCatalog
    private let maximumJSONBytes: Int

    package init(keys: JobKeys, catalog: CollectionCatalog, maximumTextBytes: Int, maximumJSONBytes: Int) {
        check = JobCheck(keys: keys, maximumTextBytes: maximumTextBytes, maximumJSONBytes: maximumJSONBytes)
        self.catalog = catalog
        self.maximumJSONBytes = maximumJSONBytes
    }

    package func check(_ fields: [(name: String, value: String)], on lane: Lane) throws(InvalidJob) {
        let job = try check.job(fields, on: lane)
        guard job.type != .embed && job.type != .stats else { return }
        let collection = try catalog.collection(named: job.collection)
        if let metadata = job.metadata {
            _ = try CheckedMetadata(metadata, for: collection, limits: MetadataLimits(bytes: maximumJSONBytes))
        }
        if let filters = job.filters {
            let limits = FilterLimits(bytes: maximumJSONBytes)
            _ = try ScopedFilter(tenant: job.tenant, filters: filters, in: collection, limits: limits)
        }
    }
}
