internal import Reactor

/// Answers jobs whose deadline passes while they wait for a service, or for its answer.
@Reactor
struct DeadlineWatch {
    private static let interval = Duration.milliseconds(100)

    let inFlight: InFlight
    let expireOverdue: @Reactor () -> Void

    /// Watches until it is cancelled. While no job has a deadline it sleeps.
    func run() async {
        while !Task.isCancelled {
            await inFlight.waitForDeadlines()
            expireOverdue()
            try? await Task.sleep(for: Self.interval)
        }
    }
}
