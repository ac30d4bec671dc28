import Reactor
import Testing

@testable import Worker

@Reactor
@Suite("StoreQueue")
struct StoreQueueTests {
    private func describe(_ call: StoreQueue.Call?) -> String? {
        switch call {
        case .query(let items, let collection): "query \(collection) " + items.map(\.id).joined(separator: ",")
        case .upsert(let items, let collection): "upsert \(collection) " + items.map(\.id).joined(separator: ",")
        case .forget(let item, let collection): "forget \(collection) " + item.id
        case nil: nil
        }
    }

    private func drain(_ queue: inout StoreQueue) -> [String] {
        var calls: [String] = []
        while let call = describe(queue.next(at: .now)) { calls.append(call) }
        return calls
    }

    @Test("Searches go first, from whichever collection; collections take turns")
    func turns() {
        var queue = StoreQueue(queryBatch: 10, upsertPoints: 2)
        for id in ["1", "2", "3"] { queue.add(.saving(id, in: "a")) }
        queue.add(.saving("4", in: "b"))
        queue.add(.searching("5", in: "c"))
        queue.add(.searching("6", in: "b"))
        #expect(
            drain(&queue) == ["query b 6", "query c 5", "upsert a 1,2", "upsert b 4", "upsert a 3"]
        )
        #expect(queue.isEmpty)
        #expect(queue.next(at: .now) == nil)
    }

    @Test("Saves of one collection share an upsert, searches a query, up to the limits; a forget goes alone")
    func sharing() {
        var queue = StoreQueue(queryBatch: 2, upsertPoints: 3)
        for id in ["1", "2", "3", "4"] { queue.add(.saving(id)) }
        for id in ["s1", "s2", "s3"] { queue.add(.searching(id)) }
        for id in ["f1", "f2"] { queue.add(.forgetting(id)) }
        #expect(
            drain(&queue) == [
                "query c s1,s2", "query c s3", "forget c f1", "forget c f2", "upsert c 1,2,3", "upsert c 4",
            ]
        )
    }

    @Test("What is put back goes first within its kind")
    func putBack() {
        var queue = StoreQueue(queryBatch: 2, upsertPoints: 2)
        for id in ["1", "2", "3"] { queue.add(.saving(id)) }
        queue.add(.searching("s"))
        queue.add(.forgetting("f"))
        let calls = (0..<3).compactMap { _ in queue.next(at: .now) }
        #expect(calls.count == 3)
        for call in calls.reversed() { queue.putBack(call) }
        queue.putBack(.upsert([], collection: "never seen"))
        #expect(drain(&queue) == ["query c s", "forget c f", "upsert c 1,2", "upsert c 3"])
    }

    @Test("A collection whose call was put back does not hold up the others")
    func putBackTakesTurns() {
        var queue = StoreQueue(queryBatch: 1, upsertPoints: 1)
        queue.add(.saving("1", in: "broken"))
        queue.add(.saving("2", in: "well"))
        guard let call = queue.next(at: .now) else { return }
        queue.putBack(call)
        #expect(describe(queue.next(at: .now)) == "upsert well 2")
        #expect(describe(queue.next(at: .now)) == "upsert broken 1")
    }

    @Test("A collection that is held gets no call until its time, be it a search")
    func held() {
        var queue = StoreQueue(queryBatch: 1, upsertPoints: 1)
        let now = ContinuousClock.now
        queue.add(.searching("1", in: "broken"))
        queue.add(.saving("2", in: "well"))
        queue.hold("broken", until: now + .seconds(1))
        #expect(describe(queue.next(at: now)) == "upsert well 2")
        #expect(describe(queue.next(at: now + .milliseconds(999))) == nil)
        #expect(describe(queue.next(at: now + .seconds(1))) == "query broken 1")
    }
}
