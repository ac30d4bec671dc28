import Testing

@testable import Reactor

@Suite struct TimerQueueTests {
    @Test func firesInOrderAndOnce() {
        var queue = TimerQueue()
        let start = ContinuousClock.now
        _ = queue.schedule(at: start + .seconds(2)) {}
        let cancelled = queue.schedule(at: start + .seconds(1)) {}
        let first = queue.earliest()
        #expect(first == start + .seconds(1))
        let cancelledOnce = queue.cancel(cancelled)
        let cancelledTwice = queue.cancel(cancelled)
        #expect(cancelledOnce && !cancelledTwice)
        let second = queue.earliest()
        #expect(second == start + .seconds(2))
        let early = queue.popDue(at: start + .seconds(1))
        let due = queue.popDue(at: start + .seconds(2))
        let late = queue.popDue(at: start + .seconds(9))
        #expect(early == nil && due != nil && late == nil)
        #expect(queue.count == 0)
    }

    @Test func cancelledTimersDoNotPileUp() {
        var queue = TimerQueue()
        let start = ContinuousClock.now
        for index in 0..<100_000 {
            let token = queue.schedule(at: start + .seconds(60 + index)) {}
            queue.cancel(token)
        }
        #expect(queue.count == 0)
        #expect(queue.husks <= 65)
    }
}
