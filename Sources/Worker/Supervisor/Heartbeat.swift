internal import JobQueue
internal import Reactor
internal import RedisClient

/// Says that this worker lives, and what it does, in a hash that vanishes soon after it stops.
///
/// After a silence that was too long it first finds out which jobs others have taken over; only then is the lease sure.
@Reactor
final class Heartbeat {
    private let beat: WorkerBeat
    private let lease: WorkerLease
    private let renewal: LeaseRenewal
    private let interval: Duration
    private let outage: OutageLog
    private let figures: @Reactor () -> [(name: String, value: String)]

    /// - Parameter figures: what the hash shows, asked at each beat.
    init(
        beat: WorkerBeat,
        lease: WorkerLease,
        renewal: LeaseRenewal,
        interval: Duration,
        outage: OutageLog,
        figures: @escaping @Reactor () -> [(name: String, value: String)]
    ) {
        self.beat = beat
        self.lease = lease
        self.renewal = renewal
        self.interval = interval
        self.outage = outage
        self.figures = figures
    }

    /// Beats until it is cancelled.
    func run() async {
        while !Task.isCancelled {
            do throws(RedisError) {
                try await beatOnce()
                outage.recovered()
            } catch  where error.code != .cancelled && error.code != .closed {
                outage.failed("\(error)", code: error.serverCode ?? "\(error.code)", hint: error.hint)
            } catch {}
            try? await Task.sleep(for: interval)
        }
    }

    func stop() async {
        try? await beat.leave()
    }

    private func beatOnce() async throws(RedisError) {
        let sentAt = ContinuousClock.now
        try await beat.beat(figures(), lifetime: lease.lifetime)
        if lease.isInDoubt { try await renewal.renewAll() }
        lease.confirm(sentAt: sentAt)
    }
}
