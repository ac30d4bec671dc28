/// Whether a worker that is asked to stop gets the time for it.
struct DrainDeadlineCheck: Check {
    /// A job in flight needs an embedding call and a write to the store.
    private static let minimum = Duration.seconds(2)
    /// What Kubernetes waits before it kills, unless it is told otherwise.
    private static let usualGracePeriod = Duration.seconds(30)
    /// For handing back what is unfinished.
    private static let margin = Duration.seconds(5)

    let name = "drain deadline"
    let deadline: Duration

    func findings() -> [Finding] { [Self.judge(deadline)] }

    static func judge(_ deadline: Duration) -> Finding {
        let text = "worker.drainDeadline is \(Age.text(deadline))"
        if deadline < minimum {
            return .warning(
                "\(text): hardly a job in flight can finish in that time, so that each stop makes jobs run twice",
                mend: "export MEMOIR_WORKER_DRAIN_DEADLINE=20s   # or worker.drainDeadline in memoir.yaml"
            )
        }
        let needed = deadline + margin
        if needed > usualGracePeriod {
            let seconds = Int((needed / .seconds(1)).rounded(.up))
            return .note(
                """
                \(text): what runs the workers must wait at least \(seconds) s before it kills \
                (terminationGracePeriodSeconds, stop_grace_period, TimeoutStopSec), longer than Kubernetes and Docker do
                """
            )
        }
        return .ok("\(text); the supervisor's grace period must be longer")
    }
}
