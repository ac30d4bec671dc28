import JobQueue
import Reactor
import Testing
import VectorStore

@testable import Worker

@Reactor
@Suite("PointOrder")
struct PointOrderTests {
    private let id = PointID(high: 0, low: 1)

    @Test("One write of a point is in flight; those after it follow in their order")
    func order() {
        var order = PointOrder()
        let items = ["v1", "v2", "v3"].map { WorkItem.saving($0) }
        #expect(items.map { order.admit($0, to: id) } == [.goesOn, .waits, .waits])
        #expect(order.finished(id) === items[1])
        #expect(order.finished(id) === items[2])
        #expect(order.finished(id) == nil)
        #expect(order.count == 0)
        #expect(order.admit(.saving("v4"), to: id) == .goesOn)
    }

    @Test("Writes of other points do not wait")
    func otherPoints() {
        var order = PointOrder()
        #expect(order.admit(.saving("v1"), to: id) == .goesOn)
        #expect(order.admit(.saving("v1"), to: PointID(high: 0, low: 2)) == .goesOn)
        #expect(order.admit(.saving("v1"), to: PointID(high: 1, low: 1)) == .goesOn)
        #expect(order.count == 3)
    }

    @Test("A save that says the same as the last one before it is its twin")
    func twins() {
        var order = PointOrder()
        let first = WorkItem.saving("v1")
        let second = WorkItem.saving("v2")
        _ = order.admit(first, to: id)
        #expect(order.admit(.saving("v1"), to: id) == .waits)
        #expect(first.twins.count == 1)
        _ = order.admit(second, to: id)
        // v1 again after v2 is a write of its own, or v2 would stand.
        #expect(order.admit(.saving("v1"), to: id) == .waits)
        #expect(first.twins.count == 1 && second.twins.isEmpty)
        #expect(order.finished(id) === second)
        #expect(order.finished(id)?.text == "v1")
        #expect(order.finished(id) == nil)
    }

    @Test("Other metadata makes it another write; a forget is never a twin")
    func noTwins() {
        var order = PointOrder()
        let first = WorkItem.saving("v1")
        _ = order.admit(first, to: id)
        _ = order.admit(.saving("v1", metadata: #"{"a":1}"#), to: id)
        let forget = WorkItem.forgetting("v1", point: 1)
        _ = order.admit(forget, to: id)
        _ = order.admit(.forgetting("v1", point: 1), to: id)
        _ = order.admit(.saving("v1"), to: id)
        #expect(first.twins.isEmpty && forget.twins.isEmpty)
        #expect((0..<4).allSatisfy { _ in order.finished(id) != nil })
        #expect(order.finished(id) == nil)
    }

    @Test("The current write is withdrawn: its first twin takes its place, or the next write goes on")
    func currentIsWithdrawn() {
        var order = PointOrder()
        let items = ["v1", "v1", "v1", "v2"].map { WorkItem.saving($0) }
        for item in items { _ = order.admit(item, to: id) }
        #expect(order.withdraw(items[0], from: id) === items[1])
        #expect(items[1].twins.map(ObjectIdentifier.init) == [ObjectIdentifier(items[2])])
        #expect(items[1].elder == nil && items[2].elder === items[1])
        #expect(order.withdraw(items[2], from: id) == nil)
        #expect(items[1].twins.isEmpty)
        #expect(order.withdraw(items[1], from: id) === items[3])
        #expect(order.withdraw(items[3], from: id) == nil)
        #expect(order.count == 0)
    }

    @Test("A write that waits is withdrawn: the others keep their order")
    func waitingIsWithdrawn() {
        var order = PointOrder()
        let items = ["v1", "v2", "v2", "v3", "v4"].map { WorkItem.saving($0) }
        for item in items { _ = order.admit(item, to: id) }
        #expect(order.withdraw(items[1], from: id) == nil)
        #expect(order.withdraw(items[3], from: id) == nil)
        #expect(order.finished(id) === items[2])
        #expect(order.finished(id) === items[4])
        #expect(order.finished(id) == nil)
    }
}
