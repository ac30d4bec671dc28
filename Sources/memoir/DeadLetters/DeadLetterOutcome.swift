import JSON
import JobQueue

/// What a replay or purge has done, for people and for programs.
struct DeadLetterOutcome {
    enum Action: String {
        case replayed
        case purged
    }

    /// Refused letters that are named; all are counted.
    private static let maximumNamed = 20

    let action: Action
    let tally: DeadLetterTally
    var done = 0
    /// Replayed or removed by somebody else meanwhile.
    var gone = 0
    private(set) var refused = 0
    private(set) var named: [(letter: String, reason: String)] = []
    /// The lane that was full before all were done.
    var full: QueueFull?

    init(_ action: Action, _ tally: DeadLetterTally) {
        self.action = action
        self.tally = tally
    }

    mutating func refuse(_ letter: DeadLetter, _ reason: String) {
        refused += 1
        if named.count < Self.maximumNamed { named.append((letter: letter.id, reason: reason)) }
    }

    var text: String {
        var line = "\(action.rawValue) \(done) of \(tally.matched)"
        if gone > 0 { line += "; \(gone) were gone meanwhile" }
        if refused > 0 { line += "; \(refused) stay" }
        return line
    }

    /// A line for each letter that stays, as far as they are named.
    var refusals: String? {
        guard refused > 0 else { return nil }
        var lines = named.map { "letter \($0.letter) \($0.reason)" }
        if refused > named.count { lines.append("and \(refused - named.count) more") }
        return lines.joined(separator: "\n")
    }

    var json: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("matched")
        writer.integer(tally.matched)
        writer.name("codes")
        writer.beginObject()
        for (code, count) in tally.ranked {
            writer.name(code)
            writer.integer(count)
        }
        writer.endObject()
        writer.name(action.rawValue)
        writer.integer(done)
        writer.name("gone")
        writer.integer(gone)
        writer.name("refused")
        writer.beginArray()
        for (letter, reason) in named {
            writer.beginObject()
            writer.name("letter")
            writer.string(letter)
            writer.name("reason")
            writer.string(reason)
            writer.endObject()
        }
        writer.endArray()
        writer.name("refused_count")
        writer.integer(refused)
        writer.name("full_lane")
        if let full { writer.string(full.lane.rawValue) } else { writer.null() }
        writer.endObject()
        return String(decoding: writer.finish(), as: UTF8.self)
    }
}
