internal import JobQueue
internal import Memory
internal import Reactor
internal import VectorStore

/// Turns items into one call to the vector store, and its answer into theirs.
@Reactor
final class StoreCalls {
    /// Answers the items.
    typealias Answer = @Reactor () -> Void

    private let store: any VectorStore
    private weak var delegate: (any StageDelegate)?

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
    func make(_ target: CallTarget, _ items: [WorkItem]) async throws(VectorStoreError) -> Answer {
        for item in items { item.isBeingStored = true }
        defer { for item in items { item.isBeingStored = false } }
        switch target.kind {
        case .query: return try await query(items, target.collection)
        case .forget: return try await forget(items, target.collection)
        case .upsert, .embed: return try await upsert(items, target.collection)
        }
    }

    private func query(_ items: [WorkItem], _ collection: String) async throws(VectorStoreError) -> Answer {
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
        return { [delegate] in
            for (item, points) in zip(items, results) where !item.isSettled {
                let length = points.reduce(64) { $0 + $1.payload.count + $1.id.count + 64 }
                delegate?.succeeded(item, reservingCapacity: length) { output in
                    ResultWriter.appendSearch(points, to: &output)
                }
            }
        }
    }

    private func upsert(_ items: [WorkItem], _ collection: String) async throws(VectorStoreError) -> Answer {
        var points: [Point] = []
        points.reserveCapacity(items.count)
        for item in items {
            guard case .save(let id, let payload) = item.action else { continue }
            points.append(Point(id: id, vector: item.vector, payload: payload))
        }
        try await store.upsert(points, into: collection)
        return { [delegate] in
            for item in items where !item.isSettled {
                guard let id = item.pointID else { continue }
                delegate?.succeeded(item, reservingCapacity: 96) { output in
                    ResultWriter.appendSave(id: id, deduped: false, to: &output)
                }
            }
        }
    }

    /// Each by itself: what it matches is counted, then deleted.
    private func forget(_ items: [WorkItem], _ collection: String) async throws(VectorStoreError) -> Answer {
        var counts: [Int] = []
        for item in items {
            guard case .forget(let filter, _) = item.action else { continue }
            let count = try await store.count(collection, matching: filter.bytes)
            await confirmLease()
            if count > 0 && !item.isSettled { try await store.delete(matching: filter.bytes, from: collection) }
            counts.append(count)
        }
        return { [delegate] in
            for (item, count) in zip(items, counts) where !item.isSettled {
                delegate?.succeeded(item, reservingCapacity: 32) { output in
                    ResultWriter.appendForget(count: count, to: &output)
                }
            }
        }
    }
}
