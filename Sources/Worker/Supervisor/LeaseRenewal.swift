internal import JobQueue
internal import Logging
internal import Reactor
internal import RedisClient

/// Renews the claims of jobs that take long, so that nobody who goes by their age takes them for abandoned, and drops those
/// that another worker has taken over.
@Reactor
final class LeaseRenewal {
    private let interval: Duration
    /// Microseconds. Jobs that are younger need no renewal: nearly all.
    private let minimumAge: Int
    private let group: ConsumerGroup
    private let inFlight: InFlight
    private let drop: @Reactor (_ entryIDs: [[UInt8]], _ lane: Lane) -> Void
    private let logger: Logger

    /// - Parameter interval: between two rounds; a job that is younger than half of it is left to the next.
    init(
        interval: Duration = .seconds(10),
        group: ConsumerGroup,
        inFlight: InFlight,
        logger: Logger,
        drop: @escaping @Reactor (_ entryIDs: [[UInt8]], _ lane: Lane) -> Void
    ) {
        self.interval = interval
        minimumAge = Int(interval / .microseconds(2))
        self.group = group
        self.inFlight = inFlight
        self.logger = logger
        self.drop = drop
    }

    /// Renews until it is cancelled. That Redis is away is for others to say: the next round makes up for it.
    func run() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: interval)
            try? await renew(claimedBefore: WallClock.microseconds - minimumAge)
        }
    }

    /// Finds out which of all the jobs in flight are still this worker's.
    func renewAll() async throws(RedisError) {
        try await renew(claimedBefore: .max)
    }

    private func renew(claimedBefore limit: Int) async throws(RedisError) {
        var entries: [Lane: [ArraySlice<UInt8>]] = [:]
        for item in inFlight.items where item.claimedAt < limit {
            entries[item.job.lane, default: []].append(item.job.entryID)
        }
        for (lane, ids) in entries {
            let lost = try await group.renew(lane, ids)
            guard !lost.isEmpty else { continue }
            logger.notice("jobs_taken_over", metadata: ["lane": "\(lane.rawValue)", "count": "\(lost.count)"])
            drop(lost, lane)
        }
    }
}
