internal import JobQueue
internal import Memory
internal import Reactor
internal import Tracing
internal import VectorStore

/// One admitted job on its way through the stages. A class, so that queues pass it on by reference.
@Reactor
final class WorkItem {
    enum Action {
        case embed
        case save(PointID, payload: MemoryPayload)
        case search(ScopedFilter)
        case forget(ScopedFilter, PointID?)
        case get(ScopedFilter)
        case list(ScopedFilter, from: ScrollOffset?)
        case stats
    }

    let job: Job
    let action: Action
    /// The collection's name; empty for `embed` and `stats`.
    let collection: String
    /// Microseconds since 1970.
    let claimedAt: Int

    /// Nil where nothing is traced.
    var span: (any Span)?
    var vector: ArraySlice<Float> = []
    /// Tokens of the text: the provider's count where the text went alone, its share by estimate where it did not.
    var tokens = 0
    var estimatedTokens = 0
    /// Whether its vector cost no embedding call of its own.
    var isCached = false
    /// Of a search whose answer may be cached.
    var ticket: SearchTicket?
    /// Whether a cached answer is being looked up. The search is not run before that is known.
    var awaitsAnswer = false
    /// Whether it is answered without having been run.
    var hasCachedAnswer = false
    /// Microseconds since 1970; 0 until then.
    var embeddedAt = 0
    /// Whether nothing more is to be done for it: it is answered, or another worker has it by now. Stages drop it.
    var isSettled = false
    /// Whether a call to the vector store is out that carries it. Its effect may be there by now: only the call's answer
    /// settles it.
    var isBeingStored = false
    /// Of a save: whether its very memory was there already, or is being saved by its elder.
    var isDeduped = false
    /// Where it stands in `InFlight`.
    var position = -1
    /// When a call to the vector store that carried it failed last; nil while none has.
    var failedAt: ContinuousClock.Instant?
    /// Calls to the vector store that carried it alone and failed on its account, as far as could be seen.
    var failuresAlone = 0
    /// Saves of the very same memory that came while this one was in flight: answered with it.
    var twins: [WorkItem] = []
    /// The save whose twin this is.
    weak var elder: WorkItem?

    init(job: Job, action: Action, collection: String, claimedAt: Int) {
        self.job = job
        self.action = action
        self.collection = collection
        self.claimedAt = claimedAt
    }

    var pointID: PointID? {
        switch action {
        case .save(let id, payload: _): id
        case .forget(_, let id): id
        case .embed, .search, .get, .list, .stats: nil
        }
    }

    var changesCollection: Bool {
        switch action {
        case .save, .forget: true
        case .embed, .search, .get, .list, .stats: false
        }
    }

    var isSearch: Bool {
        if case .search = action { true } else { false }
    }

    func isExpired(at milliseconds: Int) -> Bool {
        guard let deadline = job.deadline else { return false }
        return deadline <= milliseconds
    }

    /// - Parameter finishedAt: microseconds since 1970.
    func timings(finishedAt: Int) -> JobTimings {
        let enqueuedAt = job.enqueuedAt * 1_000
        let stored = embeddedAt == 0 ? claimedAt : embeddedAt
        var timings = JobTimings(queued: claimedAt - enqueuedAt, total: finishedAt - enqueuedAt)
        timings.embedding = embeddedAt == 0 ? 0 : embeddedAt - claimedAt
        if case .embed = action { return timings }
        if hasCachedAnswer {
            timings.embedding = 0
            return timings
        }
        timings.store = finishedAt - stored
        return timings
    }
}
