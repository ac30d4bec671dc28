internal import JSON
internal import JobQueue

/// A page of the list of dead letters.
struct DeadLetterPage: Sendable {
    /// Of all letters, whether they match or not.
    var total = 0
    /// Newest first.
    var letters: [DeadLetter] = []
    /// The letter after which to go on; nil at the end. A page may be empty and others follow: letters that match may be
    /// few among many.
    var next: String?

    func json() -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 128 + 512 * letters.count)
        writer.beginObject()
        writer.name("total")
        writer.integer(total)
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
