import MCP
import Synchronization

/// What the test server's tools did, and what they wait for.
final class Probe: Sendable {
    private let begun = Mutex(0)
    private let cancelled = Mutex(0)
    private let progressPause: Duration

    init(progressPause: Duration = .milliseconds(110)) {
        self.progressPause = progressPause
    }

    var cancellations: Int { cancelled.withLock { $0 } }

    /// - Parameter last: what the call still does, cancelled as it is.
    func waitUntilCancelled(_ last: () -> Void) async {
        begun.withLock { $0 += 1 }
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(60)) }
        last()
        cancelled.withLock { $0 += 1 }
    }

    /// Reports 1, 2, 2 (which is not sent) and 3, with pauses in between that are long enough for all.
    func count(_ call: ToolCall<TestCaller>) async {
        for value in [1.0, 2, 2, 3] {
            call.progress.report(value, of: 3, "step \(Int(value))")
            try? await Task.sleep(for: progressPause)
        }
    }

    /// Waits until so many calls wait.
    func reached(begun count: Int) async {
        await Self.eventually { self.begun.withLock { $0 >= count } }
    }

    func reached(cancelled count: Int) async {
        await Self.eventually { self.cancelled.withLock { $0 >= count } }
    }

    /// Ends after half a minute, whatever came: what follows then fails.
    static func eventually(_ condition: () -> Bool) async {
        let end = ContinuousClock.now + .seconds(30)
        while !condition(), ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(1)) }
    }
}
