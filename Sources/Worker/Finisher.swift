internal import JobQueue
internal import Logging
internal import Reactor
internal import RedisClient

/// Writes results. What is finished in one go leaves in one script call for each lane; calls overlap.
@Reactor
final class Finisher {
    /// Jobs of one call: the script blocks the server while it runs, and Lua's stack bounds it too.
    private static let maximumJobs = 512

    private let group: ConsumerGroup
    private let keys: JobKeys
    private let envelope: ResultEnvelope
    private let resultTTL: Int
    private let slots: [Lane: LaneSlots]
    private let backoff: Backoff
    private let outage: OutageLog
    private let logger: Logger

    private var batches: [FinishBatch] = []
    private let idle = IdleWorkers()
    private(set) var finished = 0

    init(
        group: ConsumerGroup,
        keys: JobKeys,
        configuration: WorkerConfiguration,
        slots: [Lane: LaneSlots],
        outage: OutageLog,
        logger: Logger
    ) {
        self.group = group
        self.keys = keys
        self.slots = slots
        self.outage = outage
        self.logger = logger
        envelope = ResultEnvelope(worker: configuration.id)
        resultTTL = configuration.resultTTL
        backoff = configuration.backoff
    }

    func succeeded(_ item: WorkItem, capacity: Int, body: (inout [UInt8]) -> Void) {
        let timings = item.timings(finishedAt: WallClock.microseconds)
        let result = envelope.ok(item.job, timings: timings, reservingCapacity: capacity, body: body)
        add(item.job, result, .ok)
    }

    func failed(_ job: Job, _ error: JobError, timings: JobTimings) {
        let letter = FinishBatch.DeadLetter(code: "\(error.code)", message: error.message)
        logger.debug("job_failed", metadata: ["job": "\(text(job.id))", "error": "\(error.message)"])
        add(job, envelope.error(job, error, timings: timings), .error, letter)
    }

    func expired(_ job: Job, timings: JobTimings) {
        add(job, envelope.expired(job, timings: timings), .expired)
    }

    /// An entry that is pending and no longer there.
    func deleted(_ entryID: ArraySlice<UInt8>, lane: Lane) {
        batches[openBatch(lane)].addDeleted(entryID: entryID)
        idle.wakeOne()
    }

    /// Runs until it is cancelled; calls that are out then are cancelled too.
    func run() async {
        await withDiscardingTaskGroup { calls in
            while !Task.isCancelled {
                let ready = batches
                batches.removeAll(keepingCapacity: true)
                for batch in ready {
                    calls.addTask(executorPreference: Reactor.loop) { await self.send(batch) }
                }
                if ready.isEmpty { await idle.wait() }
            }
        }
    }

    private func add(
        _ job: Job,
        _ result: [UInt8],
        _ status: ResultEnvelope.Status,
        _ deadLetter: FinishBatch.DeadLetter? = nil
    ) {
        batches[openBatch(job.lane)].add(
            job,
            resultKey: keys.result(job.id),
            result: result,
            status: status,
            ttl: job.ttl ?? resultTTL,
            deadLetter: deadLetter
        )
        idle.wakeOne()
    }

    /// The index of a batch of that lane with room for one more.
    private func openBatch(_ lane: Lane) -> Int {
        if let index = batches.firstIndex(where: { $0.lane == lane && $0.count < Self.maximumJobs }) { return index }
        batches.append(FinishBatch(lane: lane))
        return batches.count - 1
    }

    /// Until it is done: the jobs are, and only this says so.
    private func send(_ batch: FinishBatch) async {
        var failures = 0
        while !Task.isCancelled {
            do throws(RedisError) {
                try await group.finish(batch, now: WallClock.milliseconds)
                outage.recovered()
                finished += batch.count
                slots[batch.lane]?.giveBack(batch.count)
                return
            } catch {
                guard error.code != .cancelled && error.code != .closed else { return }
                failures += 1
                outage.failed("\(error)", code: error.serverCode ?? "\(error.code)", hint: RedisHint.text(error))
                try? await Task.sleep(for: backoff.wait(afterFailures: failures))
            }
        }
    }

    private func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
