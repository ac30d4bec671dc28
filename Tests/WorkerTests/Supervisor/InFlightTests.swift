import Reactor
import Testing

@testable import Worker

@Reactor
@Suite("InFlight")
struct InFlightTests {
    @Test("What is added and removed in any order is what is there")
    func registry() {
        var generator = SeededGenerator(seed: 7)
        let inFlight = InFlight()
        var expected: [WorkItem] = []
        for step in 0..<2_000 {
            if expected.isEmpty || Bool.random(using: &generator) {
                let item = WorkItem.saving("v\(step)")
                inFlight.add(item)
                expected.append(item)
            } else {
                let item = expected.remove(at: Int.random(in: expected.indices, using: &generator))
                inFlight.remove(item)
                inFlight.remove(item)
            }
        }
        #expect(Set(inFlight.items.map(ObjectIdentifier.init)) == Set(expected.map(ObjectIdentifier.init)))
        #expect(inFlight.items.count == expected.count)
        #expect(inFlight.deadlineCount == 0)
    }
}
