internal import Embeddings
internal import JobQueue
internal import Reactor

/// One text to be embedded, and all the jobs that want it.
@Reactor
final class TextEntry {
    enum State {
        case pending
        case inFlight
        case done
    }

    let text: ArraySlice<UInt8>
    let size: EmbeddingTextSize
    var state = State.pending
    /// Of the most urgent job that wants it.
    private(set) var priority: Int
    private(set) var items: [WorkItem]

    init(_ item: WorkItem) {
        text = item.job.text
        size = EmbeddingTextSize(of: text)
        priority = item.job.lane.priority
        items = [item]
    }

    /// Whether the entry became more urgent by it.
    func add(_ item: WorkItem) -> Bool {
        items.append(item)
        guard item.job.lane.priority < priority else { return false }
        priority = item.job.lane.priority
        return true
    }

    /// Takes out the items for which `isGone` holds.
    func removeItems(where isGone: (WorkItem) -> Bool) -> [WorkItem] {
        let removed = items.filter(isGone)
        if !removed.isEmpty { items.removeAll(where: isGone) }
        return removed
    }
}
