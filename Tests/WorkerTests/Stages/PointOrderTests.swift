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

    @Test("A successor takes the place of the current write, and collects the twins from then on")
    func successor() {
        var order = PointOrder()
        let heir = WorkItem.saving("v1")
        _ = order.admit(.saving("v1"), to: id)
        order.replaceCurrent(of: id, with: heir)
        _ = order.admit(.saving("v1"), to: id)
        #expect(heir.twins.count == 1)
        #expect(order.finished(id) == nil)
    }
}
