internal import Reactor

/// How much is written to the vector store at once. One call is always left for a search. While searches come, writes are
/// fewer and smaller as well: a search would wait behind them in the store, and for the processor on its way there.
@Reactor
struct WriteBounds {
    /// Time after a search in which the next one is expected.
    static let searchMemory = Duration.seconds(1)
    /// Points of one upsert while searches come: some milliseconds of a store's work.
    static let pointsBesideSearches = 64

    private let concurrency: Int
    private let upsertPoints: Int
    private var lastSearch: ContinuousClock.Instant?

    init(concurrency: Int, upsertPoints: Int) {
        self.concurrency = concurrency
        self.upsertPoints = upsertPoints
    }

    mutating func searchCame(at now: ContinuousClock.Instant) {
        lastSearch = now
    }

    /// Writes that may be out at once.
    func calls(at now: ContinuousClock.Instant) -> Int {
        max(1, expectsSearches(at: now) ? concurrency / 4 : concurrency - 1)
    }

    /// Points that one upsert carries.
    func points(at now: ContinuousClock.Instant) -> Int {
        expectsSearches(at: now) ? min(Self.pointsBesideSearches, upsertPoints) : upsertPoints
    }

    private func expectsSearches(at now: ContinuousClock.Instant) -> Bool {
        guard let lastSearch else { return false }
        return now - lastSearch < Self.searchMemory
    }
}
