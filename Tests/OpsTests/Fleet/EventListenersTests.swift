import NIOCore
import Synchronization
import Testing

@testable import Ops

@Suite struct EventListenersTests {
    @Test func theirNumberIsBounded() throws {
        let listeners = EventListeners(maximum: 2)
        let first = try listeners.add {}
        _ = try listeners.add {}
        #expect(throws: OpsError.self) { try listeners.add {} }
        listeners.remove(first)
        listeners.remove(first)
        #expect(listeners.count == 1)
        _ = try listeners.add {}
    }

    @Test func oneThatDoesNotReadIsDroppedAndTheOthersAreNot() async throws {
        let listeners = EventListeners(maximum: 2)
        let drops = Mutex(0)
        let slow = try listeners.add { drops.withLock { $0 += 1 } }
        let quick = try listeners.add { Issue.record("it reads") }
        var iterator = quick.events.makeAsyncIterator()
        for number in 0..<6 {
            listeners.publish(ByteBuffer(integer: number))
            #expect(await iterator.next() == ByteBuffer(integer: number))
        }
        #expect(drops.withLock { $0 } == 1)
        #expect(listeners.count == 1)
        // What it had not read is still there, and then its stream ends.
        var left = 0
        for await _ in slow.events { left += 1 }
        #expect(left == 3)
    }

    @Test func theEndEndsAllAndTakesNoMore() async throws {
        let listeners = EventListeners(maximum: 2)
        let listener = try listeners.add {}
        listeners.close()
        for await _ in listener.events { Issue.record("there was no event") }
        #expect(throws: OpsError.self) { try listeners.add {} }
    }
}
