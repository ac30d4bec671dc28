import Reactor
import Testing

@testable import PostgresClient

@Suite(.timeLimit(.minutes(1)))
struct SingleWaiterTests {
    @Test @Reactor func aSignThatComesBeforeTheWaitIsKept() async {
        let waiter = SingleWaiter()
        waiter.signal()
        waiter.signal()
        #expect(await waiter.wait(until: nil) == .signalled)
        #expect(await waiter.wait(until: .now + .milliseconds(5)) == .timedOut)
    }

    @Test @Reactor func aDeadlineThatHasPassedEndsTheWaitAtOnce() async {
        let waiter = SingleWaiter()
        #expect(await waiter.wait(until: .now - .seconds(1)) == .timedOut)
        // Neither it nor a cancellation is for the next wait.
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await waiter.wait(until: nil)
        }
        #expect(await task.value == .cancelled)
        let next = Task { await waiter.wait(until: .now + .seconds(30)) }
        try? await Task.sleep(for: .milliseconds(10))
        waiter.signal()
        #expect(await next.value == .signalled)
    }

    @Test @Reactor func whoWaitsIsPushedOutByTheNext() async {
        let waiter = SingleWaiter()
        let first = Task { await waiter.wait(until: .now + .seconds(30)) }
        try? await Task.sleep(for: .milliseconds(10))
        let second = Task { await waiter.wait(until: .now + .seconds(30)) }
        #expect(await first.value == .cancelled)
        try? await Task.sleep(for: .milliseconds(10))
        waiter.signal()
        #expect(await second.value == .signalled)
    }

    /// Signs, cancellations and deadlines at any moment: every wait ends, and none traps.
    @Test(arguments: [true, false]) @Reactor func everyWaitEnds(prefersLoop: Bool) async {
        let waiter = SingleWaiter()
        for round in 0..<300 {
            let deadline = ContinuousClock.now + .microseconds(300)
            let task =
                prefersLoop
                ? Task(executorPreference: Reactor.loop) { await waiter.wait(until: deadline) }
                : Task { await waiter.wait(until: deadline) }
            try? await Task.sleep(for: .microseconds(round))
            if round % 3 == 0 { task.cancel() }
            if round % 3 == 1 { waiter.signal() }
            let wake = await task.value
            #expect(round % 3 != 2 || wake != .cancelled)
        }
    }
}
