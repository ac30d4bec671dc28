internal import JobQueue

/// Decides who is dead. A heartbeat that is missing once may be Redis' own doing: a server that stood still, or was away,
/// finds all heartbeats expired when it comes back, and their workers alive.
struct DeathWatch {
    /// How long a heartbeat must be missing, at each look, before its consumer counts as dead.
    private let confirmation: Duration
    /// After Redis was away: how long its workers get to show themselves.
    private let grace: Duration
    private var missingSince: [GroupCensus.Consumer: ContinuousClock.Instant] = [:]
    private var left: Set<String> = []
    private var trustedFrom: ContinuousClock.Instant?

    init(confirmation: Duration, grace: Duration) {
        self.confirmation = confirmation
        self.grace = grace
    }

    /// A look at who has no heartbeat.
    ///
    /// - Returns: those of them that are dead.
    mutating func observed(
        _ missing: some Collection<GroupCensus.Consumer>,
        at now: ContinuousClock.Instant
    ) -> [GroupCensus.Consumer] {
        if let trustedFrom, now < trustedFrom { return [] }
        var since: [GroupCensus.Consumer: ContinuousClock.Instant] = [:]
        for consumer in missing { since[consumer] = missingSince[consumer] ?? now }
        missingSince = since
        left.formIntersection(since.keys.map(\.name))
        return since.filter { left.contains($0.key.name) || $0.value.duration(to: now) >= confirmation }.map(\.key)
    }

    /// A look that failed, or took so long that the server must have stood still.
    mutating func failed(at now: ContinuousClock.Instant) {
        missingSince = [:]
        trustedFrom = now + grace
    }

    /// The worker said itself that it is gone.
    mutating func saidGoodbye(_ worker: String) {
        left.insert(worker)
    }
}
