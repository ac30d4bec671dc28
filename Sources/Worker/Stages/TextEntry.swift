internal import Embeddings
internal import JobQueue
internal import Reactor

/// One text to be embedded, and all the jobs that want it.
@Reactor
final class TextEntry {
    enum State {
        /// It may be cached: that is being looked up.
        case lookedUp
        case pending
        case inFlight
        case done
    }

    static let priorities = Lane.allCases.count

    let textKey: TextKey
    let size: EmbeddingTextSize
    /// What its vector is cached under; nil where it is not.
    let key: EmbeddingKey?
    var state = State.lookedUp
    /// Of the most urgent job that wants it.
    private(set) var priority: Int
    private(set) var items: [WorkItem]
    private var isRetried: Bool
    /// Whether a call has carried it.
    var wasSent = false
    /// When a call that carried it failed last; nil while none has.
    var failedAt: ContinuousClock.Instant?

    /// - Parameter textKey: of the item's text.
    init(_ item: WorkItem, _ textKey: TextKey, key: EmbeddingKey? = nil) {
        self.key = key
        self.textKey = textKey
        size = EmbeddingTextSize(of: textKey.bytes)
        priority = item.job.lane.priority
        items = [item]
        isRetried = item.job.history.attempts > 0
    }

    var text: ArraySlice<UInt8> { textKey.bytes }

    var standing: Standing { failedAt != nil ? .suspect : isRetried ? .retried : .untried }

    /// Number of its queue: by standing, then by priority.
    var place: Int { Self.place(standing, priority) }

    static func place(_ standing: Standing, _ priority: Int) -> Int { standing.rawValue * priorities + priority }

    /// Its place may change by it.
    func add(_ item: WorkItem) {
        items.append(item)
        priority = min(priority, item.job.lane.priority)
        if item.job.history.attempts > 0 { isRetried = true }
    }

    /// Of the most urgent job that wants it.
    var lane: Lane { Self.lanes[priority] }

    private static let lanes = Lane.allCases.sorted { $0.priority < $1.priority }

    /// Those that are left may be less urgent than those that were taken out. Not to be called while it stands in a queue.
    func rankAgain() {
        priority = items.map(\.job.lane.priority).min() ?? priority
    }

    /// Takes out the items for which `isGone` holds.
    func removeItems(where isGone: (WorkItem) -> Bool) -> [WorkItem] {
        let removed = items.filter(isGone)
        if !removed.isEmpty { items.removeAll(where: isGone) }
        return removed
    }
}
