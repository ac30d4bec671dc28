/// Halves a batch that fails until the culprits stand alone. Says what to try next; its owner makes the calls.
struct Bisection<Part, Failure: Error> {
    struct Culprit {
        let part: Part
        let failedAt: ContinuousClock.Instant
        let error: Failure
    }

    /// The first half last.
    private var toTry: [[Part]]
    private var failuresInARow = 0
    private let failuresAllowed: Int
    /// Those that failed alone.
    private(set) var culprits: [Culprit] = []

    init(_ parts: [Part]) {
        toTry = parts.isEmpty ? [] : [parts]
        let halvings = max(0, parts.count - 1).bitWidth - max(0, parts.count - 1).leadingZeroBitCount
        // The whole, a half for each halving down to the first that stands alone, and its neighbour.
        failuresAllowed = halvings + 2
    }

    /// Whether so many calls failed on end that it may well be the service.
    var isDoubtful: Bool { failuresInARow > failuresAllowed }
    /// Those that are still to be tried.
    var rest: [Part] { toTry.reversed().flatMap { $0 } }

    /// What to send next; nil at the end. The owner then says how it went.
    mutating func next() -> [Part]? { toTry.popLast() }

    /// The call succeeded, or the service is known to be well in another way.
    mutating func succeeded() { failuresInARow = 0 }

    mutating func failed(_ parts: [Part], at now: ContinuousClock.Instant, _ error: Failure) {
        failuresInARow += 1
        if parts.count > 1 { return divide(parts) }
        for part in parts { culprits.append(Culprit(part: part, failedAt: now, error: error)) }
    }

    /// One of them was refused: both halves are tried.
    mutating func divide(_ parts: [Part]) {
        let middle = parts.count / 2
        for half in [parts[middle...], parts[..<middle]] where !half.isEmpty { toTry.append(Array(half)) }
    }

    /// What was in the way is gone: the same once more.
    mutating func retry(_ parts: [Part]) { toTry.append(parts) }
}
