internal import RedisClient

/// What stands in one lane at a moment. All figures are of the same moment.
package struct LaneFlow: Sendable, Equatable {
    /// How many entries nobody has claimed.
    package enum Undelivered: Sendable, Equatable {
        /// Counted.
        case exact(Int)
        /// Reckoned: the lane is long on both sides of the group's position.
        case estimated(Int)

        package var count: Int {
            switch self {
            case .exact(let count), .estimated(let count): count
            }
        }

        package var isExact: Bool {
            if case .exact = self { true } else { false }
        }
    }

    /// Entries of the stream: finished ones are removed.
    package let entries: Int
    /// Claimed by workers, alive or not. An entry that somebody deleted from the stream stays among them until its worker
    /// looks after it.
    package let pending: Int
    /// Ever added, those that were put back included.
    package let added: Int
    /// Ever delivered, as far as the server knows; nil where it does not.
    package let delivered: Int?
    package let undelivered: Undelivered
    /// Milliseconds since the oldest entry was added, by the clock of Redis; nil where there is none.
    package let oldest: Int?

    /// Whether somebody else than workers has changed the lane, as far as a short look shows.
    let isDoubtful: Bool
    /// The last id that the group has passed; empty where there is none.
    let position: String
    /// The ids of the first and the last of the claimed entries; nil where there are none.
    let pendingSpan: StreamSpan?

    /// From the answer of `FlowScript`.
    init(_ cursor: inout RedisReplyCursor) throws(RedisError) {
        _ = try cursor.array()
        let now = try cursor.integer()
        entries = try cursor.integer()
        pending = try cursor.integer()
        added = Self.bounded(try cursor.integer())
        delivered = try cursor.scalarText().flatMap { Int($0) }.map(Self.bounded)
        oldest = try cursor.scalarText().flatMap { Int($0) }.map { max(0, now - $0) }
        let count = try cursor.integer()
        let known = try cursor.integer()
        undelivered = known == 1 ? .exact(count) : .estimated(count)
        isDoubtful = known < 0
        position = try cursor.scalarText() ?? ""
        pendingSpan = StreamSpan(try cursor.scalarText() ?? "", try cursor.scalarText() ?? "")
    }

    /// `XSETID` and `XGROUP SETID` let anybody set these to any number: differences of two must not overflow.
    static func bounded(_ count: Int) -> Int { max(0, min(count, 1 << 53)) }

    package init(
        entries: Int,
        pending: Int,
        added: Int,
        delivered: Int? = nil,
        undelivered: Undelivered,
        oldest: Int? = nil
    ) {
        self.entries = entries
        self.pending = pending
        self.added = added
        self.delivered = delivered
        self.undelivered = undelivered
        self.oldest = oldest
        isDoubtful = false
        position = ""
        pendingSpan = nil
    }

    /// - Parameter unlisted: entries that are delivered and stand without being pending, less those that are pending and
    ///   do not stand.
    func reckoned(unlisted: Int) -> LaneFlow {
        LaneFlow(
            entries: entries,
            pending: pending,
            added: added,
            delivered: delivered,
            undelivered: .estimated(max(0, min(entries, entries - pending - unlisted))),
            oldest: oldest
        )
    }
}
