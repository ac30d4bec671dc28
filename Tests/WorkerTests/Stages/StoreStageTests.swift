import JobQueue
import Reactor
import Testing
import VectorStore

@testable import Worker

@Reactor
@Suite("StoreStage", .timeLimit(.minutes(1)))
struct StoreStageTests {
    nonisolated private static let broken = VectorStoreError(.passing, "answered 500")
    private static let bad = PointID(high: 0, low: 7)

    private func carriesBad(_ call: ScriptedStore.Call) -> Bool { call.points.contains(Self.bad) }

    @Test("A store that fails for writes only charges nobody, and answers searches meanwhile")
    func fullDisk() async throws {
        let rig = StoreRig()
        rig.store.script = { $0.kind == .query || $0.kind == .count ? nil : Self.broken }
        for index in 0..<20 { rig.save("v\(index)", point: UInt64(index)) }
        rig.stage.submit(.forgetting("f"))
        try await rig.run {
            var searches = 0
            try await rig.told.until("the writes have been tried often") {
                searches += 1
                rig.stage.submit(.searching("s\(searches)"))
                return rig.store.calls(.upsert).count > 10 && rig.store.calls(.delete).count > 10
            }
            try await rig.told.until("the searches are answered") { rig.told.succeeded.count == searches }
            #expect(rig.told.charged == [] && rig.told.failed == [])
            #expect(rig.stage.problem == "answered 500")
            #expect(rig.stage.circuit.state != .closed && rig.stage.circuit.failures > 5)
            rig.store.script = { _ in nil }
            try await rig.told.until("all is written") { rig.told.succeeded.count == searches + 21 }
            #expect(rig.told.charged == [])
            #expect(rig.stage.problem == nil)
        }
    }

    @Test("A point that always fails among innocents is charged, once, and all others are stored")
    func culprit() async throws {
        let rig = StoreRig()
        rig.store.script = { self.carriesBad($0) ? Self.broken : nil }
        for index in 0..<30 { rig.save("v\(index)", point: UInt64(index)) }
        try await rig.run {
            try await rig.keepBusy(until: "the culprit is charged") { rig.told.charged == ["v7"] }
            #expect((0..<30).allSatisfy { $0 == 7 || rig.told.succeeded.contains("v\($0)") })
            #expect(rig.told.errors["v7"]?.code.description == "store_failed")
            #expect(rig.told.errors["v7"]?.isRetryable == true)
            try await rig.told.until("nothing is left") { rig.isIdle }
            #expect(rig.stage.problem == nil)
        }
    }

    @Test("A point that fails alone is charged when it did so twice between others that succeeded")
    func aloneAmongOthers() async throws {
        let rig = StoreRig()
        rig.store.script = { self.carriesBad($0) ? Self.broken : nil }
        rig.save("bad", point: 7)
        try await rig.run {
            try await rig.told.until("it has failed") { rig.stage.circuit.failures > 2 }
            #expect(rig.told.charged == [])
            try await rig.keepBusy(until: "it is charged") { rig.told.charged == ["bad"] }
        }
    }

    @Test("A batch of nothing but points that fail is charged to its end, while others are stored")
    func allCulprits() async throws {
        let rig = StoreRig()
        rig.store.script = { call in call.points.contains { $0.low < 16 } ? Self.broken : nil }
        for index in 0..<16 {
            rig.stage.submit(.saving("v\(index)", point: UInt64(index), attempts: 1))
        }
        try await rig.run {
            try await rig.keepBusy(until: "all are charged") { rig.told.charged.count == 16 }
            #expect(Set(rig.told.charged).count == 16)
        }
    }

    @Test("With nothing else to tell by, a write that fails waits like in an outage")
    func onlyCulprit() async throws {
        let rig = StoreRig()
        rig.store.script = { $0.kind == .upsert ? Self.broken : nil }
        rig.save("bad", point: 7)
        try await rig.run {
            try await rig.told.until("it was tried often") { rig.store.calls.count >= 15 }
            #expect(rig.told.charged == [])
            #expect(rig.stage.problem != nil)
        }
    }

    @Test("A collection that fails by itself charges nobody, and does not hold up the others")
    func brokenCollection() async throws {
        let rig = StoreRig()
        rig.store.script = { $0.collection == "d" ? Self.broken : nil }
        for index in 0..<10 { rig.save("d\(index)", point: UInt64(index), in: "d") }
        try await rig.run {
            try await rig.keepBusy(in: "c", until: "d was tried often") {
                rig.store.calls.count { $0.collection == "d" } > 15
            }
            #expect(rig.told.charged == [])
            rig.store.script = { _ in nil }
            try await rig.told.until("all are stored") { rig.told.succeeded.count { $0.hasPrefix("d") } == 10 }
        }
    }

    @Test("A 429 is the store's: its wait is obeyed, and nobody is charged")
    func rateLimit() async throws {
        let rig = StoreRig()
        rig.store.script = { _ in
            VectorStoreError(.rateLimited, "answered 429", retryAfter: .milliseconds(200))
        }
        for index in 0..<20 { rig.save("v\(index)", point: UInt64(index)) }
        try await rig.run {
            let start = ContinuousClock.now
            try await rig.told.until("three have failed") { rig.stage.circuit.failures >= 3 }
            #expect(start.duration(to: .now) >= .milliseconds(390))
            #expect(rig.store.calls.count <= 4 + 3)
            rig.store.script = { _ in nil }
            try await rig.told.until("all are stored") { rig.told.succeeded.count == 20 }
            #expect(rig.told.charged == [])
        }
    }

    @Test("Items that are settled during an outage do not gather, nor go out")
    func settled() async throws {
        let rig = StoreRig()
        rig.store.script = { _ in Self.broken }
        try await rig.run {
            for round in 0..<10 {
                let items = (0..<50).map { rig.save("v\(round)-\($0)", point: UInt64(round * 100 + $0)) }
                let failures = rig.stage.circuit.failures
                try await rig.told.until("the next probe failed") { rig.stage.circuit.failures > failures }
                for item in items { item.isSettled = true }
                rig.stage.discardSettled()
                try await rig.told.until("nothing waits") { rig.isIdle }
            }
            rig.save("last", point: 1)
            rig.store.script = { _ in nil }
            try await rig.told.until("the last is stored") { rig.told.succeeded == ["last"] }
        }
    }

    @Test("While a call is out its items say so, and what is settled meanwhile is not told of")
    func beingStored() async throws {
        let rig = StoreRig()
        let gone = rig.save("gone", point: 1)
        let kept = rig.save("kept", point: 2)
        rig.store.script = { _ in
            #expect(gone.isBeingStored && kept.isBeingStored)
            gone.isSettled = true
            return nil
        }
        try await rig.run {
            try await rig.told.until("it is stored") { rig.told.succeeded == ["kept"] }
            #expect(!gone.isBeingStored && !kept.isBeingStored)
        }
    }

    @Test("A lease in doubt is confirmed before a write, and what is lost is not written")
    func lease() async throws {
        let rig = StoreRig()
        let lost = rig.save("lost", point: 1)
        rig.save("kept", point: 2)
        rig.stage.submit(.searching("s"))
        rig.told.isLeaseInDoubt = true
        rig.told.onConfirm = {
            lost.isSettled = true
            rig.told.isLeaseInDoubt = false
        }
        try await rig.run {
            try await rig.told.until("the rest is done") { rig.told.succeeded.count == 2 }
            #expect(rig.told.confirmations == 1)
            #expect(rig.store.calls(.upsert).map(\.points) == [[PointID(high: 0, low: 2)]])
        }
    }

    @Test("A forget that is lost between its count and its delete does not delete")
    func leaseWithinForget() async throws {
        let rig = StoreRig()
        let forget = WorkItem.forgetting("f")
        rig.store.script = { _ in
            rig.told.isLeaseInDoubt = true
            return nil
        }
        rig.told.onConfirm = { forget.isSettled = true }
        rig.stage.submit(forget)
        try await rig.run {
            try await rig.told.until("it was counted") { rig.told.confirmations == 1 && rig.isIdle }
            #expect(rig.store.calls.map(\.kind) == [.count])
            #expect(rig.told.succeeded == [])
        }
    }

    @Test("A call of which all is lost leaves the way free for the next")
    func allLost() async throws {
        let rig = StoreRig(concurrency: 1)
        rig.store.script = { _ in Self.broken }
        let lost = rig.save("lost", point: 1)
        try await rig.run {
            try await rig.told.until("the store is away") { rig.stage.circuit.failures > 0 }
            rig.told.isLeaseInDoubt = true
            rig.told.onConfirm = {
                lost.isSettled = true
                rig.told.isLeaseInDoubt = false
            }
            rig.store.script = { _ in nil }
            try await rig.told.until("it is dropped") { lost.isSettled && rig.isIdle }
            rig.save("next", point: 2)
            try await rig.told.until("the next is stored") { rig.told.succeeded == ["next"] }
        }
    }
}
