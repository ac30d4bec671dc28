internal import DequeModule
internal import Reactor

/// What waits for the vector store, by collection. Searches go first; writes of one kind to one collection share a call.
@Reactor
struct StoreQueue {
    enum Call {
        case query([WorkItem], collection: String)
        case upsert([WorkItem], collection: String)
        case forget(WorkItem, collection: String)

        var items: [WorkItem] {
            switch self {
            case .query(let items, _), .upsert(let items, _): items
            case .forget(let item, _): [item]
            }
        }

        var collection: String {
            switch self {
            case .query(_, let collection), .upsert(_, let collection), .forget(_, let collection): collection
            }
        }
    }

    private struct Pending {
        var searches = Deque<WorkItem>()
        var saves = Deque<WorkItem>()
        var forgets = Deque<WorkItem>()

        var isEmpty: Bool { searches.isEmpty && saves.isEmpty && forgets.isEmpty }
    }

    private let queryBatch: Int
    private let upsertPoints: Int
    private var pending: [String: Pending] = [:]
    /// Collections with something waiting, the one served longest ago first.
    private var turns = Deque<String>()
    /// Collections that get no call before a time, because their last one failed for a fault of their own.
    private var held: [String: ContinuousClock.Instant] = [:]

    init(queryBatch: Int, upsertPoints: Int) {
        self.queryBatch = queryBatch
        self.upsertPoints = upsertPoints
    }

    var isEmpty: Bool { turns.isEmpty }

    mutating func add(_ item: WorkItem) {
        if pending[item.collection] == nil { turns.append(item.collection) }
        switch item.action {
        case .search: pending[item.collection, default: Pending()].searches.append(item)
        case .forget: pending[item.collection, default: Pending()].forgets.append(item)
        case .save, .embed: pending[item.collection, default: Pending()].saves.append(item)
        }
    }

    /// Holds the collection's calls back until then; others go on.
    mutating func hold(_ collection: String, until instant: ContinuousClock.Instant) {
        held[collection] = instant
    }

    mutating func next(at now: ContinuousClock.Instant) -> Call? {
        if !held.isEmpty { held = held.filter { $0.value > now } }
        let searched = turns.firstIndex { held[$0] == nil && pending[$0]?.searches.isEmpty == false }
        guard let index = searched ?? turns.firstIndex(where: { held[$0] == nil }) else { return nil }
        let collection = turns.remove(at: index)
        guard var waiting = pending[collection] else { return nil }
        let call: Call
        if searched != nil {
            call = .query(waiting.searches.takeFirst(queryBatch), collection: collection)
        } else if let forget = waiting.forgets.popFirst() {
            call = .forget(forget, collection: collection)
        } else {
            call = .upsert(waiting.saves.takeFirst(upsertPoints), collection: collection)
        }
        if waiting.isEmpty {
            pending[collection] = nil
        } else {
            pending[collection] = waiting
            turns.append(collection)
        }
        return call
    }

    /// The call failed in passing: its items go first when the collection's next one is made. The collection goes last, so
    /// that one which fails again and again does not keep the others from their turn.
    mutating func putBack(_ call: Call) {
        guard !call.items.isEmpty else { return }
        turns.removeAll { $0 == call.collection }
        turns.append(call.collection)
        var waiting = pending[call.collection] ?? Pending()
        switch call {
        case .query(let items, _): waiting.searches.prepend(contentsOf: items)
        case .upsert(let items, _): waiting.saves.prepend(contentsOf: items)
        case .forget(let item, _): waiting.forgets.prepend(item)
        }
        pending[call.collection] = waiting
    }
}

extension Deque {
    fileprivate mutating func takeFirst(_ count: Int) -> [Element] {
        let taken = Array(prefix(count))
        removeFirst(taken.count)
        return taken
    }
}
