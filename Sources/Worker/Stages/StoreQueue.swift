internal import DequeModule
internal import Reactor

/// What waits for the vector store, by collection. Reads go first; writes of one kind to one collection share a call.
@Reactor
struct StoreQueue {
    struct Call {
        let target: CallTarget
        let items: [WorkItem]
    }

    @Reactor
    private struct Pending {
        var lines: [CallTarget.Kind: StoreLine] = [:]
        /// Of the last call, where it was a read: the other kind goes first then, so that neither keeps the other waiting.
        var lastRead: CallTarget.Kind?

        var isEmpty: Bool { lines.values.allSatisfy { $0.isEmpty } }
        var reads: [CallTarget.Kind] { lastRead == .query ? [.scroll, .query] : [.query, .scroll] }
        func waits(_ kind: CallTarget.Kind) -> Bool { lines[kind]?.isEmpty == false }
    }

    /// Within a collection: a forget is one call to a point that saves may wait for.
    private static let writes: [CallTarget.Kind] = [.forget, .upsert]

    /// Items that one call of a kind carries.
    private var batchSizes: [CallTarget.Kind: Int]
    private var pending: [String: Pending] = [:]
    /// Collections with something waiting, the one served longest ago first.
    private var turns = Deque<String>()

    init(queryBatch: Int, upsertPoints: Int) {
        batchSizes = [.query: queryBatch, .scroll: 1, .upsert: upsertPoints, .forget: 1]
    }

    var isEmpty: Bool { turns.isEmpty }

    /// Points that one upsert carries from now on.
    mutating func limitUpserts(to points: Int) {
        batchSizes[.upsert] = points
    }

    mutating func add(_ item: WorkItem) {
        if pending[item.collection] == nil { turns.append(item.collection) }
        pending[item.collection, default: Pending()].lines[item.storeCall, default: StoreLine()].add(item)
    }

    /// The next call that may go out; nil when there is none.
    ///
    /// - Parameter admission: whether a target takes calls now. A probe prefers what has never failed.
    mutating func next(admission: (CallTarget) -> Circuit.Admission) -> Call? {
        for isRead in [true, false] {
            for (turn, collection) in turns.enumerated() {
                let kinds = isRead ? pending[collection]?.reads ?? [] : Self.writes
                for kind in kinds where pending[collection]?.waits(kind) == true {
                    let target = CallTarget(kind, collection)
                    switch admission(target) {
                    case .nothing: continue
                    case .probe: return take(target, turn, isProbe: true)
                    case .anyCall: return take(target, turn, isProbe: false)
                    }
                }
            }
        }
        return nil
    }

    /// The items wait again. The collection goes last, so that one which fails again and again does not keep the others
    /// from their turn.
    mutating func putBack(_ items: [WorkItem], to target: CallTarget) {
        let items = items.filter { !$0.isSettled }
        guard !items.isEmpty else { return }
        turns.removeAll { $0 == target.collection }
        turns.append(target.collection)
        pending[target.collection, default: Pending()].lines[target.kind, default: StoreLine()].putBack(items)
    }

    /// Lets go of the items that are settled.
    mutating func discardSettled() {
        for collection in Array(pending.keys) {
            for kind in CallTarget.Kind.allCases { pending[collection]?.lines[kind]?.discardSettled() }
            if pending[collection]?.isEmpty == true { pending[collection] = nil }
        }
        turns.removeAll { pending[$0] == nil }
    }

    private mutating func take(_ target: CallTarget, _ turn: Int, isProbe: Bool) -> Call? {
        let count = batchSizes[target.kind] ?? 1
        turns.remove(at: turn)
        if !target.kind.isWrite { pending[target.collection]?.lastRead = target.kind }
        let items = pending[target.collection]?.lines[target.kind]?.take(count, isProbe: isProbe) ?? []
        if pending[target.collection]?.isEmpty == false {
            turns.append(target.collection)
        } else {
            pending[target.collection] = nil
        }
        return Call(target: target, items: items)
    }
}

extension WorkItem {
    fileprivate var storeCall: CallTarget.Kind {
        switch action {
        case .search: .query
        case .get, .list: .scroll
        case .forget: .forget
        case .save, .embed, .stats: .upsert
        }
    }
}
