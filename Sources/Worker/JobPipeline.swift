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
    private var order = PointOrder()
    private var embedding: EmbeddingStage?
    private var store: StoreStage?

    init(admission: Admission, finisher: Finisher) {
        self.admission = admission
        self.finisher = finisher
    }

    /// The stages tell this pipeline of their items, so they are made after it.
    func connect(embedding: EmbeddingStage, store: StoreStage) {
        self.embedding = embedding
        self.store = store
    }

    func receive(_ decoded: DecodedJob, lane: Lane) {
        switch decoded {
        case .valid(let job): admit(job)
        case .invalid(let job, let problem): refuse(job, problem)
        case .deleted(let entryID): finisher.deleted(entryID, lane: lane)
        }
    }

    private func admit(_ job: Job) {
        let now = WallClock.microseconds
        if let deadline = job.deadline, deadline <= now / 1_000 {
            finisher.expired(job, timings: timings(job, now))
            return
        }
        do throws(InvalidJob) {
            let item = try admission.admit(job, now: now)
            if let id = item.pointID, order.admit(item, to: id) == .waits { return }
            start(item)
        } catch {
            refuse(job, error)
        }
    }

    private func start(_ item: WorkItem) {
        if case .forget = item.action {
            store?.submit(item)
        } else {
            embedding?.submit(item)
        }
    }

    private func refuse(_ job: Job, _ problem: InvalidJob) {
        finisher.failed(job, JobError(problem), timings: timings(job, WallClock.microseconds))
    }

    private func timings(_ job: Job, _ now: Int) -> JobTimings {
        let age = now - job.enqueuedAt * 1_000
        return JobTimings(queued: age, total: age)
    }

    /// The item is done: the next write of its point goes on.
    private func release(_ item: WorkItem) {
        guard let id = item.pointID, let next = order.finished(id) else { return }
        start(next)
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
            ResultWriter.appendEmbed(item.vector, format: format, model: model, tokens: item.tokens, to: &output)
        }
    }

    func succeeded(_ item: WorkItem, reservingCapacity capacity: Int, body: (inout [UInt8]) -> Void) {
        finisher.succeeded(item, capacity: capacity, body: body)
        for twin in item.twins {
            finisher.succeeded(twin, capacity: capacity) { appendTwin(of: item, to: &$0) }
        }
        release(item)
    }

    func failed(_ item: WorkItem, _ error: JobError) {
        for each in [item] + item.twins {
            finisher.failed(each.job, error, timings: each.timings(finishedAt: WallClock.microseconds))
        }
        release(item)
    }

    func failedInPassing(_ item: WorkItem, _ error: JobError) {
        failed(item, error)
    }

    var isLeaseInDoubt: Bool { false }

    func confirmLease() async {}

    func expired(_ item: WorkItem) {
        finisher.expired(item.job, timings: item.timings(finishedAt: WallClock.microseconds))
        // Its twins have deadlines of their own: the first takes its place, and the others follow it.
        if let heir = item.twins.first {
            heir.twins = Array(item.twins.dropFirst())
            if let id = item.pointID { order.replaceCurrent(of: id, with: heir) }
            start(heir)
        } else {
            release(item)
        }
    }

    private func appendTwin(of item: WorkItem, to output: inout [UInt8]) {
        guard let id = item.pointID else { return }
        ResultWriter.appendSave(id: id, deduped: true, to: &output)
    }
}
