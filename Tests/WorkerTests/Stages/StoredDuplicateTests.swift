import Memory
import Reactor
import Testing
import VectorStore

@testable import Worker

@Reactor
@Suite("StoreStage: what is there already", .timeLimit(.minutes(1)))
struct StoredDuplicateTests {
    nonisolated private static let broken = VectorStoreError(.passing, "answered 500")

    private func id(_ low: UInt64) -> PointID { PointID(high: 0, low: low) }

    /// The store holds what the item would write.
    private func keep(_ item: WorkItem, in rig: StoreRig) {
        guard case .save(let id, let payload) = item.action else { return }
        rig.store.stored[id] = StoredPoint(id: ArraySlice("\"\(id.text)\"".utf8), payload: payload.bytes[...])
    }

    @Test("Only what is new or says something else is written")
    func mixed() async throws {
        let rig = StoreRig(concurrency: 1)
        keep(rig.save("same", point: 1), in: rig)
        keep(.saving("before", point: 2), in: rig)
        rig.save("after", point: 2)
        rig.save("new", point: 3)
        try await rig.run {
            try await rig.told.until("all are done") { rig.told.succeeded == ["same", "after", "new"] }
            #expect(rig.store.retrieves == [[id(1), id(2), id(3)]])
            #expect(rig.store.calls(.upsert).map(\.points) == [[id(2), id(3)]])
        }
    }

    @Test("Where all is there already nothing is written")
    func nothingNew() async throws {
        let rig = StoreRig()
        keep(rig.save("1", point: 1), in: rig)
        keep(rig.save("2", point: 2), in: rig)
        try await rig.run {
            try await rig.told.until("all are done") { rig.told.succeeded.count == 2 }
            #expect(rig.store.calls == [])
        }
    }

    @Test("A retrieve that fails is the call's failure: its saves wait, and nobody is charged")
    func failedRetrieve() async throws {
        let rig = StoreRig()
        rig.store.retrieveScript = { _ in Self.broken }
        for index in 0..<10 { rig.save("v\(index)", point: UInt64(index)) }
        try await rig.run {
            try await rig.told.until("it was tried often") { rig.stage.circuit.failures > 5 }
            #expect(rig.told.charged == [] && rig.told.failed == [] && rig.store.calls == [])
            #expect(rig.stage.problem == "answered 500")
            rig.store.retrieveScript = { _ in nil }
            try await rig.told.until("all are stored") { rig.told.succeeded.count == 10 }
            #expect(rig.stage.problem == nil && rig.told.charged == [])
        }
    }

    @Test("A store that cannot write but still reads charges nobody, however many duplicates it answers")
    func fullDisk() async throws {
        let rig = StoreRig()
        rig.store.script = { $0.kind == .upsert ? Self.broken : nil }
        for index in 0..<5 { rig.save("v\(index)", point: UInt64(index)) }
        try await rig.run {
            var duplicates: UInt64 = 0
            try await rig.told.until("the writes have been tried often") {
                duplicates += 1
                let duplicate = WorkItem.saving("same\(duplicates)", point: 1_000 + duplicates)
                keep(duplicate, in: rig)
                rig.stage.submit(duplicate)
                return rig.store.calls(.upsert).count > 20
            }
            rig.store.script = { _ in nil }
            try await rig.told.until("all are done") { rig.told.succeeded.count == Int(duplicates) + 5 }
            #expect(rig.told.charged == [] && rig.told.failed == [])
            #expect(rig.stage.problem == nil)
        }
    }

    @Test("What is settled while the store is asked is not written")
    func settledMeanwhile() async throws {
        let rig = StoreRig()
        let gone = rig.save("gone", point: 1)
        rig.save("kept", point: 2)
        rig.store.retrieveScript = { _ in
            #expect(!gone.isBeingStored)
            gone.isSettled = true
            return nil
        }
        try await rig.run {
            try await rig.told.until("the other is stored") { rig.told.succeeded == ["kept"] }
            #expect(rig.store.calls(.upsert).map(\.points) == [[id(2)]])
        }
    }

    @Test("A lease that came into doubt while the store was asked is confirmed before the write")
    func leaseWithinSave() async throws {
        let rig = StoreRig()
        let lost = rig.save("lost", point: 1)
        rig.store.retrieveScript = { _ in
            rig.told.isLeaseInDoubt = true
            return nil
        }
        rig.told.onConfirm = {
            lost.isSettled = true
            rig.told.isLeaseInDoubt = false
        }
        try await rig.run {
            try await rig.told.until("the lease was confirmed") { rig.told.confirmations == 1 && rig.isIdle }
            #expect(rig.store.calls == [] && rig.told.succeeded == [])
        }
    }
}
