internal import JobQueue
internal import Memory
internal import Reactor
internal import VectorStore

/// Decides what a claimed job is: work with all that it needs at hand, or an error that names the field at fault.
struct Admission: Sendable {
    private let catalog: CollectionCatalog
    private let model: [UInt8]
    private let metadataLimits: MetadataLimits
    private let filterLimits: FilterLimits

    /// - Parameter model: that memories are embedded with.
    init(catalog: CollectionCatalog, model: String, maximumJSONBytes: Int) {
        self.catalog = catalog
        self.model = Array(model.utf8)
        metadataLimits = MetadataLimits(bytes: maximumJSONBytes)
        filterLimits = FilterLimits(bytes: maximumJSONBytes)
    }

    @Reactor
    func admit(_ job: Job, now microseconds: Int) throws(InvalidJob) -> WorkItem {
        if job.type == .embed {
            return WorkItem(job: job, action: .embed, collection: "", claimedAt: microseconds)
        }
        if job.type == .stats {
            return WorkItem(job: job, action: .stats, collection: "", claimedAt: microseconds)
        }
        let collection = try catalog.collection(named: job.collection)
        return WorkItem(
            job: job,
            action: try action(job, collection, microseconds),
            collection: collection.name,
            claimedAt: microseconds
        )
    }

    private func action(
        _ job: Job,
        _ collection: CollectionDefinition,
        _ microseconds: Int
    ) throws(InvalidJob) -> WorkItem.Action {
        switch job.type {
        case .embed: .embed
        case .stats: .stats
        case .save: try save(job, collection, microseconds)
        case .search: .search(try filter(job, collection))
        case .forget: try forget(job, collection)
        case .get: .get(try memory(job))
        case .list: .list(try filter(job, collection), from: try pageStart(job))
        }
    }

    private func save(
        _ job: Job,
        _ collection: CollectionDefinition,
        _ microseconds: Int
    ) throws(InvalidJob) -> WorkItem.Action {
        let metadata =
            if let json = job.metadata {
                try CheckedMetadata(json, for: collection, limits: metadataLimits)
            } else {
                CheckedMetadata.none
            }
        let hash = ContentHash(of: job.text)
        let milliseconds = Int64(microseconds / 1_000)
        let payload = PayloadBuilder(
            metadata: metadata,
            content: job.text,
            contentHash: hash,
            model: model[...],
            createdAt: milliseconds,
            updatedAt: milliseconds,
            source: job.source,
            tenant: job.tenant,
            key: job.key
        )
        return .save(pointID(job, contentHash: hash), payload: payload.build())
    }

    private func pointID(_ job: Job, contentHash: ContentHash) -> PointID {
        if let key = job.key { return PointIdentity.id(collection: job.collection, tenant: job.tenant, key: key) }
        return PointIdentity.id(collection: job.collection, tenant: job.tenant, contentHash: contentHash)
    }

    private func filter(_ job: Job, _ collection: CollectionDefinition) throws(InvalidJob) -> ScopedFilter {
        guard let filters = job.filters else { return ScopedFilter(tenant: job.tenant) }
        return try ScopedFilter(tenant: job.tenant, filters: filters, in: collection, limits: filterLimits)
    }

    private func forget(_ job: Job, _ collection: CollectionDefinition) throws(InvalidJob) -> WorkItem.Action {
        if let key = job.key {
            guard job.filters == nil else {
                throw InvalidJob("filters", "stands beside key: send one of the two")
            }
            let id = PointIdentity.id(collection: job.collection, tenant: job.tenant, key: key)
            return .forget(try ScopedFilter(tenant: job.tenant, ids: [id], limits: filterLimits), id)
        }
        let filter = try filter(job, collection)
        guard !filter.isWholeTenant else {
            throw InvalidJob("filters", "selects everything: name at least one condition, or send key")
        }
        return .forget(filter, nil)
    }

    /// The one memory that a get names, where it is the tenant's.
    private func memory(_ job: Job) throws(InvalidJob) -> ScopedFilter {
        let id: PointID
        if let key = job.key {
            id = PointIdentity.id(collection: job.collection, tenant: job.tenant, key: key)
        } else if let named = PointID(text: job.memoryID ?? []) {
            id = named
        } else {
            throw InvalidJob("memory_id", "is no id of a memory: send the id that save answered, a UUID")
        }
        return try ScopedFilter(tenant: job.tenant, ids: [id], limits: filterLimits)
    }

    private func pageStart(_ job: Job) throws(InvalidJob) -> ScrollOffset? {
        guard let after = job.after else { return nil }
        guard let offset = ScrollOffset(text: after) else {
            throw InvalidJob("after", "begins no page: send the next of the page before, or leave it out")
        }
        return offset
    }
}
