import Reactor
import Testing

@testable import Worker

@Reactor
@Suite("StoreQueue")
struct StoreQueueTests {
    private func describe(_ call: StoreQueue.Call?) -> String? {
        call.map { "\($0.target.kind) \($0.target.collection) " + $0.items.map(\.id).joined(separator: ",") }
    }

    private func drain(_ queue: inout StoreQueue) -> [String] {
        var calls: [String] = []
        while let call = describe(queue.next(admission: { _ in .anyCall })) { calls.append(call) }
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
        #expect(queue.next { _ in .anyCall } == nil)
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

    @Test("Lists go alone, before writes, and in turn with the searches of their collection")
    func lists() {
        var queue = StoreQueue(queryBatch: 1, upsertPoints: 3)
        queue.add(.saving("1"))
        for id in ["l1", "l2", "l3"] { queue.add(.listing(id)) }
        for id in ["s1", "s2"] { queue.add(.searching(id)) }
        #expect(
            drain(&queue) == ["query c s1", "scroll c l1", "query c s2", "scroll c l2", "scroll c l3", "upsert c 1"]
        )
    }

    @Test("What is put back goes first within its kind")
    func putBack() {
        var queue = StoreQueue(queryBatch: 2, upsertPoints: 2)
        for id in ["1", "2", "3"] { queue.add(.saving(id)) }
        queue.add(.searching("s"))
        queue.add(.forgetting("f"))
        let calls = (0..<3).compactMap { _ in queue.next { _ in .anyCall } }
        #expect(calls.count == 3)
        for call in calls.reversed() { queue.putBack(call.items, to: call.target) }
        queue.putBack([], to: CallTarget(.upsert, "never seen"))
        #expect(drain(&queue) == ["query c s", "forget c f", "upsert c 1,2", "upsert c 3"])
    }

    @Test("A collection whose call was put back does not hold up the others")
    func putBackTakesTurns() {
        var queue = StoreQueue(queryBatch: 1, upsertPoints: 1)
        queue.add(.saving("1", in: "broken"))
        queue.add(.saving("2", in: "well"))
        guard let call = queue.next(admission: { _ in .anyCall }) else { return }
        queue.putBack(call.items, to: call.target)
        #expect(describe(queue.next { _ in .anyCall }) == "upsert well 2")
        #expect(describe(queue.next { _ in .anyCall }) == "upsert broken 1")
    }

    @Test("A target that takes no calls does not hold up the others, be it a search")
    func notAdmitted() {
        var queue = StoreQueue(queryBatch: 1, upsertPoints: 1)
        queue.add(.searching("1", in: "broken"))
        queue.add(.saving("2", in: "broken"))
        queue.add(.saving("3", in: "well"))
        let reading = CallTarget(.query, "broken")
        for expected in ["upsert broken 2", "upsert well 3", nil] {
            #expect(describe(queue.next { $0 == reading ? .nothing : .anyCall }) == expected)
        }
        #expect(describe(queue.next { _ in .probe }) == "query broken 1")
        #expect(queue.isEmpty)
    }

    @Test("Suspects and items with attempts spent go apart from the untried, in turn with them, and are no probe")
    func standings() {
        var queue = StoreQueue(queryBatch: 10, upsertPoints: 40)
        for id in ["1", "2"] { queue.add(.saving(id)) }
        guard let failed = queue.next(admission: { _ in .anyCall }) else { return }
        for item in failed.items { item.failedAt = .now }
        queue.putBack(failed.items, to: failed.target)
        for id in ["3", "4"] { queue.add(.saving(id)) }
        for id in 0..<20 { queue.add(.saving("r\(id)", attempts: 1)) }
        #expect(describe(queue.next { _ in .probe }) == "upsert c 3,4")
        queue.add(.saving("5"))
        #expect(describe(queue.next { _ in .anyCall }) == "upsert c 1,2")
        #expect(describe(queue.next { _ in .anyCall }) == "upsert c 5")
        #expect(queue.next { _ in .anyCall }?.items.count == Standing.retriedTogether)
        #expect(describe(queue.next { _ in .anyCall }) == "upsert c r16,r17,r18,r19")
        #expect(queue.isEmpty)
    }

    @Test("Settled items are let go of, and not taken back")
    func settled() {
        var queue = StoreQueue(queryBatch: 10, upsertPoints: 10)
        let items = [
            WorkItem.saving("1"), .saving("2", attempts: 1), .searching("3"), .forgetting("4"), .saving("5", in: "d"),
        ]
        for item in items { queue.add(item) }
        items[1].failedAt = .now
        for item in items { item.isSettled = true }
        queue.add(.saving("6"))
        queue.discardSettled()
        #expect(drain(&queue) == ["upsert c 6"])
        queue.putBack(items, to: CallTarget(.upsert, "c"))
        #expect(queue.isEmpty)
    }
}
