internal import JSON
internal import JobQueue

/// What a request did to dead letters.
struct DeadLetterChangeOutcome: Sendable {
    var done = 0
    /// Not there: replayed or purged by somebody else, or never there.
    var gone = 0
    /// Letters that cannot be replayed, as far as they are named, and why.
    private(set) var refused: [(id: String, reason: String)] = []
    private(set) var refusedCount = 0
    /// The lane that was full before all were done.
    var full: QueueFull?
    /// Whether letters are left that were meant.
    var hasMore = false

    mutating func refuse(_ letter: DeadLetter, _ reason: String) {
        refusedCount += 1
        if refused.count < DeadLetterChoice.maximum { refused.append((letter.id, reason)) }
    }

    func json(_ action: DeadLetterDesk.Action) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name(action.rawValue)
        writer.integer(done)
        writer.name("gone")
        writer.integer(gone)
        writer.name("refused")
        writer.beginArray()
        for (id, reason) in refused {
            writer.beginObject()
            writer.name("id")
            writer.string(id)
            writer.name("reason")
            writer.string(reason)
            writer.endObject()
        }
        writer.endArray()
        writer.name("refused_count")
        writer.integer(refusedCount)
        writer.name("full")
        if let full { writer.string("\(full)") } else { writer.null() }
        writer.name("more")
        writer.bool(hasMore)
        writer.endObject()
        return writer.finish()
    }
}
