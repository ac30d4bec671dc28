internal import JobQueue
internal import Memory
internal import Reactor
internal import VectorStore

/// Saves: what is there already is not written again.
///
/// The store is asked what it holds of the points, and then only those go out that say something new. A save that finds
/// its very memory there is done at that moment: as far as anybody can see, it happened when the store was asked. Writes
/// of the same point by this worker stand in line, see `PointOrder`. What another worker writes, or a forget by filter
/// deletes, between that moment and the answer, came after the save then, as it would have come after an upsert at that
/// moment: all of them were in flight together, and none was answered before the other began. A forget that was answered
/// before the save began cannot have left the memory there, since it waited for the store; with several replicas, this
/// takes a `write_consistency_factor` of all.
extension StoreCalls {
    /// A save, and what it comes to.
    private struct Save {
        let item: WorkItem
        let id: PointID
        /// Nil where the very memory is there already.
        let payload: [UInt8]?
    }

    /// Only the upsert itself leaves something behind: until then a job may be cancelled, expire, or be another worker's.
    func save(_ items: [WorkItem], _ collection: String) async throws(VectorStoreError) -> Outcome {
        let ids = items.compactMap(\.pointID)
        let stored = try await store.retrieve(ids, including: StoredBookkeeping.fields, from: collection)
        let known = StoredBookkeeping.read(stored)
        await confirmLease()
        let saves = items.compactMap { save($0, known) }
        let points = saves.compactMap { save in
            save.payload.map { Point(id: save.id, vector: save.item.vector, payload: $0) }
        }
        if !points.isEmpty { try await upsert(points, of: items, into: collection) }
        return Outcome(didItsWork: !points.isEmpty) { [delegate] in
            for save in saves where !save.item.isSettled {
                save.item.isDeduped = save.payload == nil
                delegate?.succeeded(save.item, reservingCapacity: 96) { output in
                    ResultWriter.appendSave(id: save.id, deduped: save.item.isDeduped, to: &output)
                }
            }
        }
    }

    private func save(_ item: WorkItem, _ known: [PointID: StoredBookkeeping]) -> Save? {
        guard !item.isSettled, case .save(let id, let payload) = item.action else { return nil }
        guard let stored = known[id] else { return Save(item: item, id: id, payload: payload.bytes) }
        guard stored.fingerprint == payload.fingerprint else {
            return Save(item: item, id: id, payload: payload.replacing(stored))
        }
        return Save(item: item, id: id, payload: nil)
    }

    private func upsert(
        _ points: [Point],
        of items: [WorkItem],
        into collection: String
    ) async throws(VectorStoreError) {
        for item in items { item.isBeingStored = true }
        defer { for item in items { item.isBeingStored = false } }
        try await store.upsert(points, into: collection)
    }
}
