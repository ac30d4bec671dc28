internal import JobQueue
internal import Logging
internal import Reactor
internal import RedisClient
internal import Tracing

/// Writes what became of jobs. What is finished in one go leaves in one script call for each lane; calls overlap.
@Reactor
final class Finisher {
    /// Jobs of one call: the script blocks the server while it runs, and Lua's stack bounds it too.
    private static let maximumJobs = 512

    private let group: ConsumerGroup
    private let keys: JobKeys
    private let envelope: ResultEnvelope
    private let resultTTL: Int
    private let slots: [Lane: LaneSlots]
    private let marks: CancelMarks
    private let backoff: Backoff
    private let outage: OutageLog
    private let metrics: JobMetrics
    private let tracing: JobTracing?
    private let logger: Logger

    private var finishes: [FinishBatch] = []
    private var delays: [DelayBatch] = []
    private let idle = IdleWorkers()
    private(set) var finished = 0

    init(
        group: ConsumerGroup,
        keys: JobKeys,
        configuration: WorkerConfiguration,
        slots: [Lane: LaneSlots],
        marks: CancelMarks,
        outage: OutageLog,
        metrics: JobMetrics,
        tracing: JobTracing? = nil,
        logger: Logger
    ) {
        self.group = group
        self.keys = keys
        self.slots = slots
        self.marks = marks
        self.outage = outage
        self.metrics = metrics
        self.tracing = tracing
        self.logger = logger
        envelope = ResultEnvelope(worker: configuration.id)
        resultTTL = configuration.resultTTL
        backoff = configuration.redisBackoff
    }

    func succeeded(_ item: WorkItem, capacity: Int, body: (inout [UInt8]) -> Void) {
        let job = item.job
        let timings = item.timings(finishedAt: WallClock.microseconds)
        metrics.finished(job, .ok, timings)
        tracing?.end(item.span, job, timings, .ok)
        guard job.keepsResult else { return add(job, [], .ok, isDeduped: item.isDeduped) }
        let result = envelope.ok(job, timings: timings, reservingCapacity: capacity, body: body)
        add(job, result, .ok, isDeduped: item.isDeduped)
    }

    /// The job failed for good: it becomes a dead letter.
    func failed(_ job: Job, _ error: JobError, timings: JobTimings, span: (any Span)? = nil) {
        let failure = FinishBatch.Failure(
            code: "\(error.code)",
            message: error.message,
            attempts: job.history.attempts + 1,
            firstFailedAt: job.history.firstFailedAt ?? WallClock.milliseconds
        )
        log("job_failed", job, error, span)
        tracing?.end(span, job, timings, .error, code: error.code)
        metrics.finished(job, .failed, timings)
        add(job, error, .error, failure) { envelope.error(job, error, timings: timings) }
    }

    /// The job is not done, for no fault of its own, and whoever sent it is better told at once: no dead letter.
    func refused(_ job: Job, _ error: JobError, timings: JobTimings, span: (any Span)? = nil) {
        log("job_refused", job, error, span)
        tracing?.end(span, job, timings, .error, code: error.code)
        metrics.finished(job, .refused, timings)
        add(job, error, .error) { envelope.error(job, error, timings: timings) }
    }

    func cancelled(_ job: Job, timings: JobTimings, span: (any Span)? = nil) {
        let error = JobError(code: "cancelled", message: "was cancelled before it was done", isRetryable: false)
        metrics.finished(job, .cancelled, timings)
        tracing?.end(span, job, timings, .cancelled, code: error.code)
        add(job, error, .error) { envelope.error(job, error, timings: timings) }
    }

    /// - Parameter failure: the last attempt's; nil where there was none.
    func expired(_ job: Job, after failure: JobError? = nil, timings: JobTimings, span: (any Span)? = nil) {
        tracing?.end(span, job, timings, .expired, code: failure?.code ?? "expired")
        metrics.finished(job, .expired, timings)
        add(job, ResultEnvelope.expiry(after: failure), .expired) {
            envelope.expired(job, after: failure, timings: timings)
        }
    }

    /// The job is to run later.
    ///
    /// - Parameter attempts: those that failed so far.
    func delayed(_ job: Job, due: DelayBatch.Due, attempts: Int, firstFailedAt: Int?) {
        let isOpen: (DelayBatch) -> Bool = { $0.lane == job.lane && $0.count < Self.maximumJobs }
        let index = delays.firstIndex(where: isOpen) ?? delays.count
        if index == delays.count { delays.append(DelayBatch(lane: job.lane)) }
        delays[index].add(job, due: due, attempts: attempts, firstFailedAt: firstFailedAt)
        idle.wakeOne()
    }

    /// The job failed in passing and runs again.
    func retried(
        _ job: Job,
        _ error: JobError,
        after wait: Duration,
        attempts: Int,
        firstFailedAt: Int,
        timings: JobTimings,
        span: (any Span)? = nil
    ) {
        log("job_retried", job, error, span)
        tracing?.end(span, job, timings, .retried, code: error.code)
        delayed(job, due: .after(wait), attempts: attempts, firstFailedAt: firstFailedAt)
    }

    /// The job is another worker's by now: nothing is written.
    func lost(_ job: Job) {
        slots[job.lane]?.giveBack(1)
    }

    /// Runs until it is cancelled; calls that are out then are cancelled too.
    func run() async {
        await withDiscardingTaskGroup { calls in
            while !Task.isCancelled {
                let (ready, later) = (finishes, delays)
                finishes.removeAll(keepingCapacity: true)
                delays.removeAll()
                for batch in ready {
                    calls.addTask(executorPreference: Reactor.loop) { await self.finish(batch) }
                }
                for batch in later {
                    calls.addTask(executorPreference: Reactor.loop) { await self.delay(batch) }
                }
                if ready.isEmpty && later.isEmpty { await idle.wait() }
            }
        }
    }

    private func add(
        _ job: Job,
        _ reason: JobError,
        _ status: ResultEnvelope.Status,
        _ failure: FinishBatch.Failure? = nil,
        result: () -> [UInt8]
    ) {
        add(job, job.keepsResult ? result() : [], status, reason: reason, failure)
    }

    private func add(
        _ job: Job,
        _ result: [UInt8],
        _ status: ResultEnvelope.Status,
        isDeduped: Bool = false,
        reason: JobError? = nil,
        _ failure: FinishBatch.Failure? = nil
    ) {
        let index = openBatch(job.lane)
        finishes[index].add(
            job,
            resultKey: keys.result(job.id),
            result: result,
            status: status,
            ttl: job.ttl ?? resultTTL,
            isDeduped: isDeduped,
            reason: reason,
            failure: failure
        )
        if marks.contains(job.id) {
            marks.remove(job.id)
            finishes[index].answersCancelled(job.id)
        }
        idle.wakeOne()
    }

    /// The index of a batch of that lane with room for one more.
    private func openBatch(_ lane: Lane) -> Int {
        if let index = finishes.firstIndex(where: { $0.lane == lane && $0.count < Self.maximumJobs }) { return index }
        finishes.append(FinishBatch(lane: lane))
        return finishes.count - 1
    }

    private func finish(_ batch: FinishBatch) async {
        let group = group
        await untilDone { () async throws(RedisError) in try await group.finish(batch, now: WallClock.milliseconds) }
        guard !Task.isCancelled else { return }
        finished += batch.count
        slots[batch.lane]?.giveBack(batch.count)
    }

    private func delay(_ batch: DelayBatch) async {
        let group = group
        await untilDone { () async throws(RedisError) in try await group.delay(batch) }
        guard !Task.isCancelled else { return }
        slots[batch.lane]?.giveBack(batch.count)
    }

    /// Until it is done: the jobs are, and only this says so.
    private func untilDone(_ call: @Reactor () async throws(RedisError) -> Void) async {
        var failures = 0
        while !Task.isCancelled {
            do throws(RedisError) {
                try await call()
                return outage.recovered()
            } catch {
                guard error.code != .cancelled && error.code != .closed else { return }
                failures += 1
                outage.failed("\(error)", code: error.serverCode ?? "\(error.code)", hint: error.hint)
                try? await Task.sleep(for: backoff.wait(afterFailures: failures))
            }
        }
    }

    /// One line about one job, with what finds it in the results, in the dead letters and among the traces.
    private func log(_ event: Logger.Message, _ job: Job, _ error: JobError, _ span: (any Span)?) {
        guard logger.logLevel <= .debug else { return }
        var metadata: Logger.Metadata = [
            "job": "\(String(decoding: job.id, as: UTF8.self))", "type": "\(job.type.rawValue)",
            "lane": "\(job.lane.rawValue)", "code": "\(error.code)", "error": "\(error.message)",
        ]
        if let tracing { metadata.merge(tracing.metadata(span)) { $1 } }
        logger.debug(event, metadata: metadata)
    }
}
