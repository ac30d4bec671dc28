internal import Reactor

/// How much is written to the vector store at once. One call is always left for a search. While searches come, writes are
/// fewer and smaller as well, with rests in between: a search would wait behind them in the store, and for the processor
/// on its way there and back.
@Reactor
struct WriteBounds {
    /// Time after a search in which the next one is expected.
    static let searchMemory = Duration.seconds(1)
    /// Points of one upsert while searches come: some milliseconds of a store's work.
    static let pointsBesideSearches = 64
    /// While searches come, no write begins after another one for so many times as long as that took: the store, and
    /// whatever else runs where it does, have the better part of their time for searches.
    static let restBesideSearches = 2
    /// Of one rest, where a store is slow or away.
    static let longestRest = Duration.milliseconds(100)

    private let concurrency: Int
    private let upsertPoints: Int
    private var lastSearch: ContinuousClock.Instant?
    private var restsUntil: ContinuousClock.Instant?

    init(concurrency: Int, upsertPoints: Int) {
        self.concurrency = concurrency
        self.upsertPoints = upsertPoints
    }

    mutating func searchCame(at now: ContinuousClock.Instant) {
        lastSearch = now
    }

    /// A write came back.
    ///
    /// - Returns: when the next one may begin; nil where it may at once.
    mutating func wrote(for duration: Duration, at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        guard expectsSearches(at: now) else { return nil }
        restsUntil = now + min(Self.longestRest, duration * Self.restBesideSearches)
        return restsUntil
    }

    /// Writes that may be out at once.
    func calls(at now: ContinuousClock.Instant) -> Int {
        if let restsUntil, now < restsUntil { return 0 }
        return max(1, expectsSearches(at: now) ? concurrency / 4 : concurrency - 1)
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
