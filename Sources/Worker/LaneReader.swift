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
    private let blockTime: Duration
    private let backoff: Backoff
    private let outage: OutageLog
    private let receive: @Reactor (DecodedJob) -> Void

    private var size: ClaimSize
    /// Whether there may be entries that are claimed in this worker's name and that it never saw.
    private var mustRecover = true
    private var failures = 0

    init(
        lane: Lane,
        group: ConsumerGroup,
        connection: RedisConnection,
        keys: JobKeys,
        slots: LaneSlots,
        configuration: WorkerConfiguration,
        outage: OutageLog,
        receive: @escaping @Reactor (DecodedJob) -> Void
    ) {
        self.lane = lane
        self.group = group
        self.connection = connection
        self.slots = slots
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
        backoff = configuration.backoff
    }

    /// Reads until it is cancelled. An answer to a read that is under way then is lost: what it held is handed back with
    /// all else that is claimed.
    func run() async {
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

    /// The next claim is on its way before the jobs of the last one are looked at: the server and this worker are busy at
    /// the same time.
    private func claimOnAndOn() async throws(RedisError) {
        var claim: RedisRequest?
        while !Task.isCancelled {
            let request: RedisRequest
            if let claim {
                request = claim
            } else {
                await slots.waitForFree()
                request = try beginClaim(freeSlots: slots.free)
            }
            let reply = try await request.reply()
            succeeded()
            let jobs = try decoder.decode(reply)
            slots.take(jobs.count)
            size.received(jobs: jobs.count, bytes: reply.storage.count)
            // One that cannot be begun now is begun when these jobs are in hand.
            claim = slots.free > 0 ? try? beginClaim(freeSlots: slots.free) : nil
            for job in jobs { receive(job) }
        }
    }

    private func beginClaim(freeSlots: Int) throws(RedisError) -> RedisRequest {
        try group.beginClaim(lane, count: size.next(freeSlots: freeSlots), block: blockTime, on: connection)
    }

    /// Makes sure that there is a group, and takes up what this worker has claimed and never seen. What it does have in
    /// hand is among it, so that has to be finished first.
    private func recover() async throws(RedisError) {
        try await group.prepare(lane)
        await slots.waitForNoneInUse()
        var after: ArraySlice<UInt8>?
        while !Task.isCancelled {
            await slots.waitForFree()
            let count = size.next(freeSlots: slots.free)
            let reply = try await group.claimed(lane, after: after, count: count)
            let jobs = try decoder.decode(reply)
            guard let last = jobs.last else { break }
            after = last.entryID
            size.received(jobs: jobs.count, bytes: reply.storage.count)
            slots.take(jobs.count)
            for job in jobs { receive(job) }
        }
        mustRecover = Task.isCancelled
    }

    private func succeeded() {
        failures = 0
        outage.recovered()
    }

    private func failed(_ error: RedisError) async {
        guard error.code != .cancelled && error.code != .closed else { return }
        mustRecover = true
        failures += 1
        outage.failed("\(error)", code: error.serverCode ?? "\(error.code)", hint: RedisHint.text(error))
        try? await Task.sleep(for: backoff.wait(afterFailures: failures))
    }
}
