internal import DequeModule
internal import Embeddings
internal import JobQueue
internal import Reactor

/// Gathers texts of many jobs into few embedding calls. It waits for nothing: whoever has a free slot takes what is there,
/// the most urgent first, as much as fits. While all slots are taken, texts gather.
///
/// A text that several jobs want is one entry, also while it is looked up in the caches and while it is in flight, and is
/// sent once.
@Reactor
struct Batcher {
    /// Texts that share a call with a search: it is to come back soon.
    static let textsBesideSearch = 32

    let limits: EmbeddingLimits
    /// By place: standing, then priority. An entry whose place changed stands in two queues: the one of its place counts.
    private var queues: [Deque<TextEntry>]
    /// All entries, looked up, pending and in flight, by their text.
    private var entries: [TextKey: TextEntry] = [:]
    /// Of the last call.
    private var lastStanding = Standing.untried
    /// Why no more went into the last call.
    private(set) var closing = BatchClosing.drained

    init(limits: EmbeddingLimits) {
        self.limits = limits
        queues = Array(repeating: [], count: Standing.allCases.count * TextEntry.priorities)
    }

    /// Distinct texts, looked up, pending and in flight.
    var count: Int { entries.count }

    mutating func add(_ item: WorkItem) {
        let text = TextKey(bytes: item.job.text)
        if !join(item, text) { enqueue(hold(item, text)) }
    }

    /// Lets the item share the entry of others that want its text.
    ///
    /// - Returns: false where there is none.
    mutating func join(_ item: WorkItem, _ text: TextKey) -> Bool {
        guard let entry = entries[text] else { return false }
        let before = entry.place
        entry.add(item)
        if entry.place != before && entry.state == .pending { queues[entry.place].append(entry) }
        return true
    }

    /// A new entry, which others may join and which does not go out before it is enqueued.
    mutating func hold(_ item: WorkItem, _ text: TextKey, key: EmbeddingKey? = nil) -> TextEntry {
        let entry = TextEntry(item, text, key: key)
        entries[text] = entry
        return entry
    }

    /// The text waits for a call.
    mutating func enqueue(_ entry: TextEntry) {
        entry.state = .pending
        queues[entry.place].append(entry)
    }

    /// The next call's texts, all of one standing; nil when there is nothing to send.
    ///
    /// - Parameters:
    ///   - isProbe: prefers what has never failed.
    ///   - includesBulkAlone: false leaves the slot free rather than fill it with bulk only, so that a search finds one.
    ///   - held: lanes whose texts stay back.
    ///   - maximumTokens: of the call, beside the provider's own limit.
    mutating func next(
        isProbe: Bool = false,
        includesBulkAlone: Bool,
        without held: Set<Lane> = [],
        maximumTokens: Int = .max
    ) -> [TextEntry]? {
        var callLimits = limits
        callLimits.maximumTokens = min(maximumTokens, limits.maximumTokens)
        let heldPriorities = Set(held.map(\.priority))
        for standing in Standing.order(isProbe: isProbe, last: lastStanding) {
            let batch = next(standing, callLimits, includesBulkAlone: includesBulkAlone, without: heldPriorities)
            guard !batch.isEmpty else { continue }
            lastStanding = standing
            return batch
        }
        return nil
    }

    /// The texts are done with: embedded, refused, or not wanted any more.
    mutating func finished(_ batch: [TextEntry]) {
        for entry in batch {
            entry.state = .done
            entries[entry.textKey] = nil
        }
    }

    /// The texts wait again: first among their equals, or last where they are suspects, so that the next probe is something
    /// else.
    mutating func putBack(_ batch: [TextEntry]) {
        var wanted: [TextEntry] = []
        for entry in batch {
            _ = entry.removeItems(where: \.isSettled)
            if entry.items.isEmpty {
                finished([entry])
            } else {
                entry.state = .pending
                entry.rankAgain()
                wanted.append(entry)
            }
        }
        for entry in wanted where entry.standing == .suspect { queues[entry.place].append(entry) }
        for entry in wanted.reversed() where entry.standing != .suspect { queues[entry.place].prepend(entry) }
    }

    /// Lets go of the items that are settled, and of texts that nobody wants any more. Those that are looked up or in
    /// flight keep theirs until the answer is back.
    mutating func discardSettled() {
        for entry in Array(entries.values) where entry.state == .pending {
            _ = entry.removeItems(where: \.isSettled)
            if entry.items.isEmpty { finished([entry]) }
        }
        for place in queues.indices {
            queues[place].removeAll { $0.state != .pending || $0.place != place }
        }
    }

    private mutating func next(
        _ standing: Standing,
        _ callLimits: EmbeddingLimits,
        includesBulkAlone: Bool,
        without held: Set<Int>
    ) -> [TextEntry] {
        var packer = EmbeddingPacker(limits: callLimits)
        var batch: [TextEntry] = []
        var maximumTexts = standing == .retried ? Standing.retriedTogether : Int.max
        var obstacle: BatchClosing?
        for priority in 0..<TextEntry.priorities where !held.contains(priority) {
            let place = TextEntry.place(standing, priority)
            if priority == Lane.bulk.priority && batch.isEmpty && !includesBulkAlone { break }
            while let entry = first(place) {
                guard batch.count < maximumTexts else {
                    obstacle = obstacle ?? (standing == .retried ? .retried : .search)
                    break
                }
                if let full = packer.obstacle(to: entry.size) {
                    obstacle = obstacle ?? BatchClosing(full)
                    break
                }
                queues[place].removeFirst()
                packer.add(entry.size)
                entry.state = .inFlight
                batch.append(entry)
            }
            if priority == Lane.search.priority && !batch.isEmpty {
                maximumTexts = min(maximumTexts, max(batch.count, Self.textsBesideSearch))
            }
        }
        if !batch.isEmpty { closing = obstacle ?? .drained }
        return batch
    }

    /// Drops entries that were taken through another queue from the head.
    private mutating func first(_ place: Int) -> TextEntry? {
        while let entry = queues[place].first {
            if entry.state == .pending && entry.place == place { return entry }
            queues[place].removeFirst()
        }
        return nil
    }
}
