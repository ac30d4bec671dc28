internal import Embeddings
internal import JobQueue
internal import Logging
internal import Memory
internal import Reactor
internal import RedisClient
internal import VectorStore

/// The life of a job between its claim and its result: admitted, put in order, embedded, stored, finished.
@Reactor
final class JobPipeline {
    private let admission: Admission
    private let finisher: Finisher
    private let inFlight: InFlight
    private let marks: CancelMarks
    private let lease: WorkerLease
    private let retries: RetryPolicy
    private let tracing: JobTracing?
    private var order = PointOrder()
    private var embedding: EmbeddingStage?
    private var store: StoreStage?
    private var statistics: StatisticsStage?

    init(
        admission: Admission,
        finisher: Finisher,
        inFlight: InFlight,
        marks: CancelMarks,
        lease: WorkerLease,
        retries: RetryPolicy,
        tracing: JobTracing? = nil
    ) {
        self.admission = admission
        self.finisher = finisher
        self.inFlight = inFlight
        self.marks = marks
        self.lease = lease
        self.retries = retries
        self.tracing = tracing
    }

    /// The stages tell this pipeline of their items, so they are made after it.
    func connect(embedding: EmbeddingStage, store: StoreStage, statistics: StatisticsStage) {
        self.embedding = embedding
        self.store = store
        self.statistics = statistics
    }

    func receive(_ decoded: DecodedJob) {
        switch decoded {
        case .valid(let job): admit(job)
        case .invalid(let job, let problem): refuse(job, problem)
        }
    }

    private func admit(_ job: Job) {
        let now = WallClock.microseconds
        guard !isAnswered(job, now) else { return }
        do throws(InvalidJob) {
            if let due = try retries.dueTime(of: job, now: now / 1_000) {
                return finisher.delayed(job, due: .at(due), attempts: 0, firstFailedAt: nil)
            }
            let item = try admission.admit(job, now: now)
            item.span = tracing?.begin(job)
            inFlight.add(item)
            if let id = item.pointID, order.admit(item, to: id) == .waits { return }
            start(item)
        } catch {
            refuse(job, error)
        }
    }

    /// Whether the job is answered without being run.
    private func isAnswered(_ job: Job, _ now: Int) -> Bool {
        if marks.contains(job.id) {
            finisher.cancelled(job, timings: timings(job, now))
        } else if let deadline = job.deadline, deadline <= now / 1_000 {
            finisher.expired(job, timings: timings(job, now))
        } else if let poison = retries.poison(job) {
            finisher.failed(job, poison, timings: timings(job, now))
        } else {
            return false
        }
        return true
    }

    private func start(_ item: WorkItem) {
        switch item.action {
        case .forget, .get, .list: store?.submit(item)
        case .stats: statistics?.submit(item)
        case .embed, .save, .search: embedding?.submit(item)
        }
    }

    private func refuse(_ job: Job, _ problem: InvalidJob) {
        finisher.failed(job, JobError(problem), timings: timings(job, WallClock.microseconds))
    }

    private func timings(_ job: Job, _ now: Int) -> JobTimings {
        let age = now - job.enqueuedAt * 1_000
        return JobTimings(queued: age, total: age)
    }

    // MARK: The end of an item

    /// Whether the item was still to be answered. From now on it is not.
    private func settle(_ item: WorkItem) -> Bool {
        guard !item.isSettled else { return false }
        item.isSettled = true
        inFlight.remove(item)
        return true
    }

    /// The item and its twins, where they are still to be answered.
    private func settleAll(_ item: WorkItem) -> [WorkItem] {
        ([item] + item.twins).filter(settle)
    }

    /// The item is done: the next write of its point goes on.
    private func release(_ item: WorkItem) {
        guard let id = item.pointID, let next = order.finished(id) else { return }
        start(next)
    }

    /// The item is answered before it is done: what waited for it goes on without it.
    private func withdraw(_ item: WorkItem) {
        guard settle(item), let id = item.pointID, let next = order.withdraw(item, from: id) else { return }
        start(next)
    }

    /// The items that are in flight and whose effect cannot be there yet.
    private func revocable(_ isGone: (WorkItem) -> Bool) -> [WorkItem] {
        inFlight.items.filter { !$0.isBeingStored && isGone($0) }
    }

    private func withdraw(_ gone: [WorkItem], answer: (WorkItem) -> Void) {
        guard !gone.isEmpty else { return }
        for item in gone {
            answer(item)
            withdraw(item)
        }
        embedding?.discardSettled()
        store?.discardSettled()
    }

    /// Answers the jobs that are cancelled, as far as that can be done.
    func cancelMarked() {
        guard !marks.isEmpty else { return }
        withdraw(revocable { marks.contains($0.job.id) }) { item in
            finisher.cancelled(
                item.job,
                timings: item.timings(finishedAt: WallClock.microseconds),
                span: item.span
            )
        }
    }

    /// Answers the jobs whose deadline has passed while they waited for a service or for its answer.
    func expireOverdue() {
        let now = WallClock.microseconds
        withdraw(revocable { $0.isExpired(at: now / 1_000) }) { item in
            finisher.expired(item.job, timings: item.timings(finishedAt: now), span: item.span)
        }
    }

    /// Drops the jobs that other workers have taken over.
    func drop(_ entryIDs: [[UInt8]], lane: Lane) {
        let lost = Set(entryIDs.map { TextKey(bytes: $0[...]) })
        let gone = revocable { $0.job.lane == lane && lost.contains(TextKey(bytes: $0.job.entryID)) }
        let now = WallClock.microseconds
        withdraw(gone) { item in
            if let span = item.span { tracing?.end(span, item.job, item.timings(finishedAt: now), .lost) }
            finisher.lost(item.job)
        }
    }
}

extension JobPipeline: StageDelegate {
    func embedded(_ item: WorkItem) {
        guard case .embed = item.action else {
            store?.submit(item)
            return
        }
        guard let model = embedding?.model else { return }
        let format: EmbeddingFormat = item.job.encodingFormat == .float ? .float : .base64
        succeeded(item, reservingCapacity: item.vector.count * 13 + 128) { output in
            ResultWriter.appendEmbed(
                item.vector,
                format: format,
                model: model,
                tokens: item.tokens,
                isCached: item.isCached,
                to: &output
            )
        }
    }

    func succeeded(_ item: WorkItem, reservingCapacity capacity: Int, body: (inout [UInt8]) -> Void) {
        guard settle(item) else { return }
        if let ticket = item.ticket, let cache = embedding?.cache {
            var result: [UInt8] = []
            body(&result)
            cache.keep(answer: result[...], as: ticket)
            finisher.succeeded(item, capacity: capacity) { $0.append(contentsOf: result) }
        } else {
            finisher.succeeded(item, capacity: capacity, body: body)
            if item.changesCollection { embedding?.cache?.changed(item.collection) }
        }
        for twin in item.twins where settle(twin) {
            embedding?.cache?.countTwin(of: item)
            twin.isDeduped = true
            finisher.succeeded(twin, capacity: capacity) { appendTwin(of: item, to: &$0) }
        }
        release(item)
    }

    func failed(_ item: WorkItem, _ error: JobError) {
        guard !item.isSettled else { return }
        for each in settleAll(item) {
            let timings = each.timings(finishedAt: WallClock.microseconds)
            finisher.failed(each.job, error, timings: timings, span: each.span)
        }
        release(item)
    }

    func refused(_ item: WorkItem, _ error: JobError) {
        guard !item.isSettled else { return }
        for each in settleAll(item) {
            let timings = each.timings(finishedAt: WallClock.microseconds)
            finisher.refused(each.job, error, timings: timings, span: each.span)
        }
        release(item)
    }

    func failedInPassing(_ item: WorkItem, _ error: JobError) {
        guard !item.isSettled else { return }
        for each in settleAll(item) { spendAttempt(of: each, error) }
        release(item)
    }

    func expired(_ item: WorkItem) {
        guard !item.isSettled else { return }
        let timings = item.timings(finishedAt: WallClock.microseconds)
        finisher.expired(item.job, timings: timings, span: item.span)
        withdraw(item)
    }

    var isLeaseInDoubt: Bool { lease.isInDoubt }

    func confirmLease() async {
        await lease.waitUntilConfirmed()
    }

    private func spendAttempt(of item: WorkItem, _ error: JobError) {
        let timings = item.timings(finishedAt: WallClock.microseconds)
        let job = item.job
        switch retries.decide(job, error, now: WallClock.milliseconds) {
        case .again(let wait, let attempts, let firstFailedAt):
            finisher.retried(
                job,
                error,
                after: wait,
                attempts: attempts,
                firstFailedAt: firstFailedAt,
                timings: timings,
                span: item.span
            )
        case .tooLate: finisher.expired(job, after: error, timings: timings, span: item.span)
        case .giveUp(let last): finisher.failed(job, last, timings: timings, span: item.span)
        }
    }

    private func appendTwin(of item: WorkItem, to output: inout [UInt8]) {
        guard let id = item.pointID else { return }
        ResultWriter.appendSave(id: id, deduped: true, to: &output)
    }
}
