internal import DequeModule
internal import Embeddings
internal import JobQueue
internal import Reactor

/// Gathers texts of many jobs into few embedding calls. It waits for nothing: whoever has a free slot takes what is there,
/// the most urgent first, as much as fits. While all slots are taken, texts gather.
///
/// A text that several jobs want is one entry, also while it is in flight, and is sent once.
@Reactor
struct Batcher {
    /// Texts that share a call with a search: it is to come back soon.
    static let textsBesideSearch = 32

    private let limits: EmbeddingLimits
    /// By priority. An entry that became more urgent stands in two queues: the one of its priority counts.
    private var queues: [Deque<TextEntry>]
    /// All entries, pending and in flight, by their text.
    private var entries: [TextKey: TextEntry] = [:]

    init(limits: EmbeddingLimits) {
        self.limits = limits
        queues = Array(repeating: [], count: Lane.allCases.count)
    }

    /// Distinct texts, pending and in flight.
    var count: Int { entries.count }

    mutating func add(_ item: WorkItem) {
        if let entry = entries[TextKey(bytes: item.job.text)] {
            let isMoreUrgent = entry.add(item)
            if isMoreUrgent && entry.state == .pending { queues[entry.priority].append(entry) }
        } else {
            let entry = TextEntry(item)
            entries[TextKey(bytes: entry.text)] = entry
            queues[entry.priority].append(entry)
        }
    }

    /// The next call's texts; nil when there is nothing to send.
    ///
    /// - Parameter includesBulkAlone: false leaves the slot free rather than fill it with bulk only, so that a search
    ///   finds one.
    mutating func next(includesBulkAlone: Bool) -> [TextEntry]? {
        var packer = EmbeddingPacker(limits: limits)
        var batch: [TextEntry] = []
        var maximumTexts = Int.max
        for priority in queues.indices {
            if priority == Lane.bulk.priority && batch.isEmpty && !includesBulkAlone { break }
            while batch.count < maximumTexts, let entry = firstPending(priority), packer.fits(entry.size) {
                queues[priority].removeFirst()
                packer.add(entry.size)
                entry.state = .inFlight
                batch.append(entry)
            }
            if priority == Lane.search.priority && !batch.isEmpty {
                maximumTexts = max(batch.count, Self.textsBesideSearch)
            }
        }
        return batch.isEmpty ? nil : batch
    }

    /// The texts are embedded, or refused for good.
    mutating func finished(_ batch: [TextEntry]) {
        for entry in batch {
            entry.state = .done
            entries[TextKey(bytes: entry.text)] = nil
        }
    }

    /// The call failed in passing: the texts go first when the next one is made.
    mutating func putBack(_ batch: [TextEntry]) {
        for entry in batch.reversed() {
            if entry.items.isEmpty {
                entry.state = .done
                entries[TextKey(bytes: entry.text)] = nil
            } else {
                entry.state = .pending
                queues[entry.priority].prepend(entry)
            }
        }
    }

    /// Drops entries that were taken through another queue from the head.
    private mutating func firstPending(_ priority: Int) -> TextEntry? {
        while let entry = queues[priority].first {
            if entry.state == .pending && entry.priority == priority { return entry }
            queues[priority].removeFirst()
        }
        return nil
    }
}
