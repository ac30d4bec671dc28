import JobQueue
import Testing

@testable import Worker

@Suite struct JobStagesTests {
    private typealias Stage = JobStages.Stage

    private func stages(
        _ type: JobType,
        _ queued: Int,
        _ embedding: Int,
        _ store: Int,
        total: Int? = nil,
        _ outcome: AttemptOutcome = .ok
    ) -> JobStages {
        var timings = JobTimings(queued: queued, total: total ?? queued + embedding + store)
        timings.embedding = embedding
        timings.store = store
        return JobStages(type, from: 1_000, timings, outcome)
    }

    @Test func aSavePassesAllOfThem() {
        let stages = stages(.save, 10, 20, 30)
        #expect(
            stages.all == [
                Stage(name: "queued", start: 1_000, end: 1_010),
                Stage(name: "embedding", start: 1_010, end: 1_030),
                Stage(name: "store", start: 1_030, end: 1_060),
            ]
        )
        #expect(stages.end == 1_060)
    }

    @Test(arguments: [
        (JobType.embed, 20, 0, ["queued", "embedding"]), (.forget, 0, 30, ["queued", "store"]),
        (.stats, 0, 0, ["queued"]),
        // Answered out of the cache.
        (.search, 0, 0, ["queued"]),
    ])
    func othersPassSome(_ type: JobType, _ embedding: Int, _ store: Int, _ names: [String]) {
        #expect(stages(type, 10, embedding, store).all.map(\.name) == names)
    }

    /// The timings of a result count what came before the store as the store's, where the job had no vector yet.
    @Test(arguments: [AttemptOutcome.error, .cancelled, .expired, .retried, .lost])
    func withoutAVectorAJobNeverReachedTheStore(_ outcome: AttemptOutcome) {
        #expect(stages(.save, 10, 0, 30, outcome).all.map(\.name) == ["queued", "embedding"])
        #expect(stages(.search, 10, 0, 30, outcome).all.map(\.name) == ["queued", "embedding"])
        #expect(stages(.save, 10, 5, 30, outcome).all.map(\.name) == ["queued", "embedding", "store"])
        #expect(stages(.forget, 10, 0, 30, outcome).all.map(\.name) == ["queued", "store"])
    }

    /// The clock of Redis may be ahead of ours.
    @Test func nothingEndsBeforeItBegins() {
        let stages = stages(.save, -50, 20, 30, total: -1)
        #expect(
            stages.all == [
                Stage(name: "queued", start: 1_000, end: 1_000),
                Stage(name: "embedding", start: 1_000, end: 1_020),
                Stage(name: "store", start: 1_020, end: 1_050),
            ]
        )
        #expect(stages.end == 1_050)
    }
}
