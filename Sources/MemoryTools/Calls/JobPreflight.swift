internal import JobQueue
internal import Memory

/// Checks a job before it is sent, as the worker that reads it is going to, so that a model is told at once what is wrong.
struct JobPreflight: Sendable {
    private let check: JobCheck
    private let maximumJSONBytes: Int

    init(keys: JobKeys, maximumTextBytes: Int, maximumJSONBytes: Int) {
        check = JobCheck(keys: keys, maximumTextBytes: maximumTextBytes, maximumJSONBytes: maximumJSONBytes)
        self.maximumJSONBytes = maximumJSONBytes
    }

    /// - Parameter collection: the job's; nil for a job that has none.
    func check(_ request: JobRequest, in collection: CollectionDefinition?) throws(InvalidJob) {
        let job = try check.job(request.fields.map { ("\($0.name)", $0.value) }, on: request.lane)
        guard let collection else { return }
        if let metadata = job.metadata { try check(metadata: metadata, in: collection) }
        if let filters = job.filters {
            let limits = FilterLimits(bytes: maximumJSONBytes)
            _ = try ScopedFilter(tenant: job.tenant, filters: filters, in: collection, limits: limits)
        }
    }

    func check(metadata: ArraySlice<UInt8>, in collection: CollectionDefinition) throws(InvalidJob) {
        _ = try CheckedMetadata(metadata, for: collection, limits: MetadataLimits(bytes: maximumJSONBytes))
    }
}
