import JSON
import JobQueue

/// The dead letters that match, counted before anything is done to them.
struct DeadLetterTally {
    /// Codes told apart; more are a sign of letters that Memoir did not write.
    private static let maximumCodes = 50

    private(set) var matched = 0
    /// Letters that cannot be replayed.
    private(set) var refused = 0
    private(set) var codes: [String: Int] = [:]
    /// The last letter that was counted: later ones are not meant.
    private(set) var last: String?

    mutating func add(_ letter: DeadLetter) {
        matched += 1
        if letter.refusal != nil { refused += 1 }
        last = letter.id
        let isKnown = codes[letter.code] != nil || codes.count < Self.maximumCodes
        codes[isKnown ? letter.code : "others", default: 0] += 1
    }

    /// The most frequent first.
    var ranked: [(code: String, count: Int)] {
        codes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { (code: $0.key, count: $0.value) }
    }

    var text: String {
        guard matched > 0 else { return "no dead letter matches" }
        let head = matched == 1 ? "1 dead letter matches" : "\(matched) dead letters match"
        let lines = ranked.map { "  \(Terminal.harmless($0.code)) \($0.count)" }
        return ([head] + lines).joined(separator: "\n")
    }
}
