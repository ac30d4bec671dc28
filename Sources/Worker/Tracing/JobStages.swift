internal import JobQueue

/// Where a job's time went, stage by stage. Two clocks meet here, that of Redis and ours: no stage begins before the one
/// before it ends, nor ends before it begins.
struct JobStages {
    struct Stage: Equatable {
        let name: String
        /// Microseconds since 1970.
        let start: Int
        let end: Int
    }

    let all: [Stage]
    /// Of the job.
    let end: Int

    init(_ job: Job, _ timings: JobTimings, _ outcome: AttemptOutcome) {
        self.init(job.type, from: job.enqueuedAt * 1_000, timings, outcome)
    }

    init(_ type: JobType, from enqueued: Int, _ timings: JobTimings, _ outcome: AttemptOutcome) {
        let claimed = enqueued + max(0, timings.queued)
        var stages = [Stage(name: "queued", start: enqueued, end: claimed)]
        var embedding = max(0, timings.embedding)
        var store = max(0, timings.store)
        if embedding == 0, outcome != .ok, type == .save || type == .search {
            // It did not get as far as the store: what counts as the store's time went by before.
            (embedding, store) = (store, 0)
        }
        if embedding > 0 { stages.append(Stage(name: "embedding", start: claimed, end: claimed + embedding)) }
        let embedded = claimed + embedding
        if store > 0 { stages.append(Stage(name: "store", start: embedded, end: embedded + store)) }
        all = stages
        end = max(embedded + store, enqueued + timings.total)
    }
}
