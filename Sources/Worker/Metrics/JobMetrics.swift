internal import CoreMetrics
internal import JobQueue
internal import Reactor

/// Counts what became of jobs, and where their time went. On the path of every job: each instrument is found by an index.
@Reactor
final class JobMetrics {
    private struct LaneStages {
        let queued: Timer
        let embedding: Timer
        let store: Timer
        let total: Timer

        init(_ lane: Lane, _ factory: any MetricsFactory) {
            let timer = { (stage: JobStage) in
                factory.timer(.jobStage, [("lane", lane.rawValue), ("stage", stage.rawValue)])
            }
            queued = timer(.queued)
            embedding = timer(.embedding)
            store = timer(.store)
            total = timer(.total)
        }
    }

    private let factory: any MetricsFactory
    /// By the lanes' priorities.
    private let stages: [LaneStages]
    /// By lane, type and outcome; made when the first of its kind is finished.
    private var finished: [Counter?]

    // Of all lanes together, in microseconds.
    private(set) var queued = LastMinute<LatencyCounts>()
    private(set) var embedding = LastMinute<LatencyCounts>()
    private(set) var store = LastMinute<LatencyCounts>()
    private(set) var total = LastMinute<LatencyCounts>()

    nonisolated init(_ factory: any MetricsFactory) {
        self.factory = factory
        stages = Lane.allCases.sorted { $0.priority < $1.priority }.map { LaneStages($0, factory) }
        finished = Array(
            repeating: nil,
            count: Lane.allCases.count * JobType.allCases.count * JobOutcome.allCases.count
        )
    }

    /// A job is answered. Nobody else has it by then, save where this worker dies before its answer is written.
    func finished(_ job: Job, _ outcome: JobOutcome, _ timings: JobTimings) {
        counter(job, outcome).increment()
        let timers = stages[job.lane.priority]
        Self.record(timings.queued, timers.queued, &queued)
        if timings.embedding > 0 { Self.record(timings.embedding, timers.embedding, &embedding) }
        if timings.store > 0 { Self.record(timings.store, timers.store, &store) }
        Self.record(timings.total, timers.total, &total)
    }

    func latencies(at now: ContinuousClock.Instant) -> [(stage: JobStage, counts: LatencyCounts)] {
        [
            (.queued, queued.total(at: now)), (.embedding, embedding.total(at: now)), (.store, store.total(at: now)),
            (.total, total.total(at: now)),
        ]
    }

    private static func record(_ microseconds: Int, _ timer: Timer, _ minute: inout LastMinute<LatencyCounts>) {
        // Of two machines' clocks one may be behind.
        let microseconds = max(0, microseconds)
        timer.recordNanoseconds(Int64(microseconds) * 1_000)
        minute.current.record(microseconds)
    }

    private func counter(_ job: Job, _ outcome: JobOutcome) -> Counter {
        let kind = job.lane.priority * JobType.allCases.count + job.type.index
        let index = kind * JobOutcome.allCases.count + outcome.index
        if let counter = finished[index] { return counter }
        let counter = factory.counter(
            .jobsFinished,
            [("lane", job.lane.rawValue), ("type", job.type.rawValue), ("outcome", outcome.rawValue)]
        )
        finished[index] = counter
        return counter
    }
}

extension JobType {
    fileprivate var index: Int {
        switch self {
        case .embed: 0
        case .save: 1
        case .search: 2
        case .forget: 3
        case .get: 4
        case .list: 5
        case .stats: 6
        }
    }
}

extension JobOutcome {
    fileprivate var index: Int {
        switch self {
        case .ok: 0
        case .failed: 1
        case .refused: 2
        case .cancelled: 3
        case .expired: 4
        }
    }
}
