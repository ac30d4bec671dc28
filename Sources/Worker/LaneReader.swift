internal import JobQueue
internal import Logging
internal import Reactor
internal import RedisClient

/// Claims the jobs of one lane, on a connection of its own, as many as the lane has free slots for.
@Reactor
final class LaneReader {
    private let lane: Lane
    private let group: ConsumerGroup
    private let connection: RedisConnection
    private let decoder: JobDecoder
    private let slots: LaneSlots
    private let paused: PausedLanes
    private let lease: WorkerLease
    private let blockTime: Duration
    private let backoff: Backoff
    private let outage: OutageLog
    private let receive: @Reactor (DecodedJob) -> Void

    private var size: ClaimSize
    /// Whether there may be entries that are claimed in this worker's name and that it never saw.
    private var mustRecover = true
    private var failures = 0
    /// Why the last read failed; nil while reads succeed, and before the first.
    private(set) var problem: String?

    init(
        lane: Lane,
        group: ConsumerGroup,
        connection: RedisConnection,
        keys: JobKeys,
        slots: LaneSlots,
        paused: PausedLanes,
        lease: WorkerLease,
        configuration: WorkerConfiguration,
        outage: OutageLog,
        receive: @escaping @Reactor (DecodedJob) -> Void
    ) {
        self.lane = lane
        self.group = group
        self.connection = connection
        self.slots = slots
        self.paused = paused
        self.lease = lease
        self.outage = outage
        self.receive = receive
        decoder = JobDecoder(
            lane: lane,
            keys: keys,
            maximumTextBytes: configuration.maximumContentBytes,
            maximumJSONBytes: configuration.maximumJSONBytes
        )
        size = ClaimSize(maximumCount: configuration.claimCount, targetBytes: configuration.claimBytes)
        blockTime = configuration.blockTime
        backoff = configuration.redisBackoff
    }

    /// Reads until it is cancelled. An answer to a read that is under way then is lost: what it held is left to others
    /// with all else that is claimed.
    func run() async {
        // Others would take the jobs of a worker that shows no sign of life.
        await lease.waitUntilConfirmed()
        while !Task.isCancelled {
            do throws(RedisError) {
                if mustRecover { try await recover() }
                try await claimOnAndOn()
            } catch {
                await failed(error)
            }
        }
        connection.close()
    }

    /// Takes up jobs that were another worker's, or whose claim was answered and the answer lost.
    ///
    /// - Parameter epoch: the lease's, when the claim was sent.
    func take(_ adopted: AdoptedJobs, claimedIn epoch: Int) async throws(RedisError) {
        let jobs = try await stillOwn(try decoder.decode(adopted), claimedIn: epoch)
        slots.take(jobs.count)
        for job in jobs { receive(job) }
    }

    /// An answer may be old when it is read: where this process was stopped meanwhile, others have taken its jobs.
    private func stillOwn(_ jobs: [DecodedJob], claimedIn epoch: Int) async throws(RedisError) -> [DecodedJob] {
        guard !jobs.isEmpty, lease.isInDoubt || lease.epoch != epoch else { return jobs }
        await lease.waitUntilConfirmed()
        let lost = Set(try await group.renew(lane, jobs.map(\.job.entryID)))
        return jobs.filter { !lost.contains(Array($0.job.entryID)) }
    }

    /// There are jobs in this worker's name that it has never seen.
    func recoverSoon() {
        mustRecover = true
    }

    /// The next claim is on its way before the jobs of the last one are looked at: the server and this worker are busy at
    /// the same time.
    private func claimOnAndOn() async throws(RedisError) {
        var claim: RedisRequest?
        var epoch = lease.epoch
        while !Task.isCancelled {
            let request: RedisRequest
            if let claim {
                request = claim
            } else {
                guard !mustRecover else { return }
                await paused.waitUntilRunning(lane)
                await slots.waitForNew()
                epoch = lease.epoch
                request = try beginClaim()
            }
            let reply = try await request.reply()
            succeeded()
            let jobs = try await stillOwn(try decoder.decode(reply), claimedIn: epoch)
            // A read that was out when the lane was paused may bring jobs: they are kept until it goes on.
            if !jobs.isEmpty { await paused.waitUntilRunning(lane) }
            guard !Task.isCancelled else { return }
            slots.take(jobs.count)
            size.received(jobs: jobs.count, bytes: reply.storage.count)
            // One that cannot be begun now is begun when these jobs are in hand.
            epoch = lease.epoch
            claim = mayReadAhead ? try? beginClaim() : nil
            for job in jobs { receive(job) }
        }
    }

    private var mayReadAhead: Bool { slots.freeForNew > 0 && !paused.contains(lane) && !mustRecover }

    private func beginClaim() throws(RedisError) -> RedisRequest {
        try group.beginClaim(lane, count: size.next(freeSlots: slots.freeForNew), block: blockTime, on: connection)
    }

    /// Makes sure that there is a group, and takes up what this worker has claimed and never seen. What it does have in
    /// hand is among it, so that has to be finished first.
    private func recover() async throws(RedisError) {
        try await group.prepare(lane)
        await slots.waitForNoneInUse()
        var cursor: String?
        repeat {
            await slots.waitForFree()
            guard !Task.isCancelled else { return }
            let count = size.next(freeSlots: slots.free)
            let epoch = lease.epoch
            let page = try await group.adopt(lane, from: group.consumer, count: count, after: cursor)
            guard let page else { break }
            size.received(jobs: page.jobs.count, bytes: page.jobs.byteCount)
            try await take(page.jobs, claimedIn: epoch)
            cursor = page.next
        } while cursor != nil
        mustRecover = false
    }

    private func succeeded() {
        failures = 0
        problem = nil
        outage.recovered()
    }

    private func failed(_ error: RedisError) async {
        guard error.code != .cancelled && error.code != .closed else { return }
        mustRecover = true
        failures += 1
        problem = "\(error)"
        outage.failed("\(error)", code: error.serverCode ?? "\(error.code)", hint: error.hint)
        try? await Task.sleep(for: backoff.wait(afterFailures: failures))
    }
}
