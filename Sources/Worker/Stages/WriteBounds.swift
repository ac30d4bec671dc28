internal import Reactor

/// How much is written to the vector store at once. One call is always left for a search. While searches come, writes are
/// fewer and smaller as well, with rests in between: a search would wait behind them in the store, and for the processor
/// on its way there and back.
@Reactor
struct WriteBounds {
    /// Time after a search in which the next one is expected.
    static let searchMemory = Duration.seconds(1)
    /// Of one write while searches come: so long one of them may have to wait for it. Points are as many as the writes
    /// before show to take so long, within the bounds below.
    static let timeBesideSearches = Duration.milliseconds(8)
    static let pointsBesideSearches = 8...64
    /// While searches come, no write begins after another one for so many times as long as that took: the store, and
    /// whatever else runs where it does, have the better part of their time for searches.
    static let restBesideSearches = 2
    /// What a query takes where the store is near. Where even the quickest takes longer, that is the way there and back: it
    /// keeps nobody waiting, and smaller writes would not shorten it.
    static let timeOfQuery = Duration.milliseconds(4)
    /// Calls of a write: what is there already, and the points.
    static let callsOfWrite = 2
    /// After which the quickest query is forgotten, at the latest twice so long after it came: the way may have changed.
    static let memoryOfQueries = Duration.seconds(30)
    /// Of one rest, where a store is slow or away.
    static let longestRest = Duration.milliseconds(100)

    private let concurrency: Int
    private let upsertPoints: Int
    private var lastSearch: ContinuousClock.Instant?
    private var restsUntil: ContinuousClock.Instant?
    /// Of writes beside searches, which are alone; nil before the first. A quarter of it is the last one's.
    private var timePerPoint: Duration?
    private var quickestQuery: (now: Duration?, before: Duration?, since: ContinuousClock.Instant?)

    init(concurrency: Int, upsertPoints: Int) {
        self.concurrency = concurrency
        self.upsertPoints = upsertPoints
    }

    mutating func searchCame(at now: ContinuousClock.Instant) {
        lastSearch = now
    }

    /// A query came back, after so long.
    mutating func queried(for duration: Duration, at now: ContinuousClock.Instant) {
        if let since = quickestQuery.since, now - since < Self.memoryOfQueries {
            quickestQuery.now = min(duration, quickestQuery.now ?? duration)
        } else {
            quickestQuery = (now: duration, before: quickestQuery.now, since: now)
        }
    }

    /// A write came back.
    ///
    /// - Parameters:
    ///   - points: that it carried.
    ///   - duration: from its beginning.
    /// - Returns: when the next one may begin; nil where it may at once.
    mutating func wrote(
        _ points: Int,
        for duration: Duration,
        at now: ContinuousClock.Instant
    ) -> ContinuousClock.Instant? {
        guard expectsSearches(at: now) else { return nil }
        // What a few points take is the way there and back, and says nothing of more of them.
        if points >= Self.pointsBesideSearches.lowerBound {
            let each = max(.zero, duration - wayThereAndBack * Self.callsOfWrite) / points
            timePerPoint = timePerPoint.map { ($0 * 3 + each) / 4 } ?? each
        }
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
        expectsSearches(at: now) ? min(pointsBesideSearches, upsertPoints) : upsertPoints
    }

    private var wayThereAndBack: Duration {
        let quickest = [quickestQuery.now, quickestQuery.before].compactMap(\.self).min() ?? .zero
        return max(.zero, quickest - Self.timeOfQuery)
    }

    private var pointsBesideSearches: Int {
        let bounds = Self.pointsBesideSearches
        guard let timePerPoint, timePerPoint > .zero else { return bounds.upperBound }
        let fitting = Self.timeBesideSearches / timePerPoint
        return fitting < Double(bounds.upperBound) ? max(bounds.lowerBound, Int(fitting)) : bounds.upperBound
    }

    private func expectsSearches(at now: ContinuousClock.Instant) -> Bool {
        guard let lastSearch else { return false }
        return now - lastSearch < Self.searchMemory
    }
}
