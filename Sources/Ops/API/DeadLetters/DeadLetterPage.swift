internal import JSON
internal import JobQueue

/// A page of the list of dead letters.
struct DeadLetterPage: Sendable {
    /// How many letters match. Where there are many in all, only the newest are looked at.
    enum Matching: Sendable, Equatable {
        case exactly(Int)
        case atLeast(Int)
    }

    /// Of all letters, whether they match or not.
    var total = 0
    /// nil behind the first page, which tells it.
    var matching: Matching?
    /// Newest first.
    var letters: [DeadLetter] = []
    /// The letter after which to go on; nil at the end. A page may be empty and others follow: letters that match may be
    /// few among many.
    var next: String?

    /// Takes what there is room for; where it is full then, others may follow.
    mutating func add(_ found: [DeadLetter], upTo limit: Int) {
        letters += found.prefix(limit - letters.count)
        if letters.count == limit { next = letters.last?.id }
    }

    func json() -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 128 + 512 * letters.count)
        writer.beginObject()
        writer.name("total")
        writer.integer(total)
        writer.name("matching")
        switch matching {
        case .exactly(let count), .atLeast(let count): writer.integer(count)
        case nil: writer.null()
        }
        writer.name("matching_is")
        switch matching {
        case .exactly: writer.string("exact")
        case .atLeast: writer.string("at_least")
        case nil: writer.null()
        }
        writer.name("letters")
        writer.beginArray()
        for letter in letters { writer.raw(DeadLetterJSON.line(letter)) }
        writer.endArray()
        writer.name("next")
        if let next { writer.string(next) } else { writer.null() }
        writer.endObject()
        return writer.finish()
    }
}
