internal import JobQueue
internal import Memory
internal import Reactor
internal import VectorStore

/// Turns items into one call to the vector store, and its answer into theirs.
@Reactor
final class StoreCalls {
    /// What a call brought.
    struct Outcome {
        /// Whether the store did what calls of this kind are for. Where saves had nothing to write, it was only read from.
        var didItsWork = true
        /// Answers the items.
        let answer: @Reactor () -> Void
    }

    let store: any VectorStore
    private(set) weak var delegate: (any StageDelegate)?

    init(store: any VectorStore, delegate: any StageDelegate) {
        self.store = store
        self.delegate = delegate
    }

    /// To be awaited before a write: it may be another worker's by now.
    func confirmLease() async {
        guard let delegate, delegate.isLeaseInDoubt else { return }
        await delegate.confirmLease()
    }

    /// - Returns: what answers the items, when the caller has taken note of the success.
    func make(_ target: CallTarget, _ items: [WorkItem]) async throws(VectorStoreError) -> Outcome {
        if target.kind == .upsert { return try await save(items, target.collection) }
        for item in items { item.isBeingStored = true }
        defer { for item in items { item.isBeingStored = false } }
        switch target.kind {
        case .query: return try await query(items, target.collection)
        case .scroll: return try await scroll(items, target.collection)
        case .forget: return try await forget(items, target.collection)
        case .upsert, .embed: preconditionFailure("\(target.kind) is no call that is made here")
        }
    }

    private func query(_ items: [WorkItem], _ collection: String) async throws(VectorStoreError) -> Outcome {
        var queries: [PointQuery] = []
        queries.reserveCapacity(items.count)
        for item in items {
            guard case .search(let filter) = item.action else { continue }
            queries.append(
                PointQuery(
                    vector: item.vector,
                    filter: filter.bytes,
                    limit: item.job.topK,
                    scoreThreshold: item.job.scoreThreshold
                )
            )
        }
        let results = try await store.query(queries, in: collection)
        return Outcome { [delegate] in
            for (item, points) in zip(items, results) where !item.isSettled {
                let length = points.reduce(64) { $0 + $1.payload.count + $1.id.count + 64 }
                delegate?.succeeded(item, reservingCapacity: length) { output in
                    ResultWriter.appendSearch(points, to: &output)
                }
            }
        }
    }

    /// Each by itself.
    private func scroll(_ items: [WorkItem], _ collection: String) async throws(VectorStoreError) -> Outcome {
        var pages: [ScrollPage] = []
        for item in items {
            let request: ScrollRequest
            switch item.action {
            case .get(let filter): request = ScrollRequest(filter: filter.bytes, limit: 1)
            case .list(let filter, let offset):
                request = ScrollRequest(filter: filter.bytes, limit: item.job.topK, offset: offset)
            case .embed, .save, .search, .forget, .stats: continue
            }
            pages.append(try await store.scroll(collection, request))
        }
        return Outcome { [delegate] in
            for (item, page) in zip(items, pages) where !item.isSettled {
                let length = page.points.reduce(64) { $0 + $1.payload.count + $1.id.count + 32 }
                delegate?.succeeded(item, reservingCapacity: length) { output in
                    if case .get = item.action {
                        ResultWriter.appendMemory(page.points.first, to: &output)
                    } else {
                        ResultWriter.appendPage(page, to: &output)
                    }
                }
            }
        }
    }

    /// Each by itself: what it matches is counted, then deleted.
    private func forget(_ items: [WorkItem], _ collection: String) async throws(VectorStoreError) -> Outcome {
        var counts: [Int] = []
        for item in items {
            guard case .forget(let filter, _) = item.action else { continue }
            let count = try await store.count(collection, matching: filter.bytes)
            await confirmLease()
            if count > 0 && !item.isSettled { try await store.delete(matching: filter.bytes, from: collection) }
            counts.append(count)
        }
        return Outcome { [delegate] in
            for (item, count) in zip(items, counts) where !item.isSettled {
                delegate?.succeeded(item, reservingCapacity: 32) { output in
                    ResultWriter.appendForget(count: count, to: &output)
                }
            }
        }
    }
}
