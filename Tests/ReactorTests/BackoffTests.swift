import Reactor
import Testing

@Suite struct BackoffTests {
    @Test(arguments: [
        (0, 50), (1, 50), (2, 100), (3, 200), (4, 400), (5, 800), (6, 1_600), (7, 2_000), (8, 2_000), (10_000, 2_000),
    ])
    func ceilingDoublesUpToTheMaximum(failures: Int, milliseconds: Int) {
        let backoff = Backoff(initial: .milliseconds(50), maximum: .seconds(2))
        #expect(backoff.ceiling(afterFailures: failures) == .milliseconds(milliseconds))
    }

    @Test(arguments: [1, 2, 5, 7, 100])
    func theWaitIsDrawnFromATenthOfTheCeilingUpToIt(failures: Int) {
        let backoff = Backoff(initial: .milliseconds(50), maximum: .seconds(2))
        let ceiling = backoff.ceiling(afterFailures: failures)
        let waits = (0..<2_000).map { _ in backoff.wait(afterFailures: failures) }
        // A nanosecond for the rounding of a factor that is no whole number.
        #expect(waits.allSatisfy { $0 >= ceiling / 10 - .nanoseconds(1) && $0 <= ceiling + .nanoseconds(1) })
        // 2,000 even draws that all miss a quarter of the range: never.
        #expect(waits.contains { $0 < ceiling * 0.3 } && waits.contains { $0 > ceiling * 0.8 })
    }

    @Test func aFixedWaitIsPossible() {
        let backoff = Backoff(initial: .seconds(1), maximum: .seconds(1))
        #expect(backoff.ceiling(afterFailures: 9) == .seconds(1))
    }
}
