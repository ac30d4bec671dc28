/// Entries of the outbox whose jobs Redis has, and may still lose: it writes to disk a moment later. They are removed from
/// the outbox when it is known to have them still after that moment.
struct Settling: Sendable {
    /// Entries, above which no more are sent.
    static let maximum = 20_000

    private let time: Duration
    private var groups: [(added: ContinuousClock.Instant, entries: [String])] = []
    /// In the order in which they were added.
    private(set) var entries: [String] = []

    init(time: Duration) {
        self.time = time
    }

    var isFull: Bool { entries.count >= Self.maximum }

    mutating func add(_ entries: [String], at time: ContinuousClock.Instant = .now) {
        guard !entries.isEmpty else { return }
        groups.append((time, entries))
        self.entries += entries
    }

    /// Those that were added so long before `time` that they are safe.
    func safe(before time: ContinuousClock.Instant) -> [String] {
        groups.prefix { $0.added + self.time <= time }.flatMap(\.entries)
    }

    /// The first so many are gone from the outbox.
    mutating func remove(_ count: Int) {
        entries.removeFirst(count)
        var rest = count
        while rest > 0, let first = groups.first, first.entries.count <= rest {
            rest -= first.entries.count
            groups.removeFirst()
        }
        precondition(rest == 0, "a part of what was added together was removed")
    }

    mutating func removeAll() { self = Settling(time: time) }
}
