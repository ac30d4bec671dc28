/// The sessions by their ids, bounded in number and in idleness. Pure: its owner locks it and tells the time.
struct SessionTable {
    private struct Entry {
        let session: Session
        var lastUse: ContinuousClock.Instant
    }

    /// A session that was used so lately makes no room for others of its owner.
    static let shortestIdleness = Duration.seconds(60)
    private static let sweepInterval = Duration.seconds(60)
    /// Between two looks at all sessions for those that are over, where there is no room.
    private static let shortestSweepInterval = Duration.seconds(1)

    private let maximum: Int
    private let idleTimeout: Duration
    private var entries: [String: Entry] = [:]
    /// How many sessions each owner has.
    private var counts: [String: Int] = [:]
    private var lastSweep: ContinuousClock.Instant?

    init(maximum: Int, idleTimeout: Duration) {
        self.maximum = maximum
        self.idleTimeout = idleTimeout
    }

    var count: Int { entries.count }

    /// 128 bits that cannot be guessed.
    static func newID() -> String {
        var random = SystemRandomNumberGenerator()
        return [random.next(), random.next()].map { (word: UInt64) in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// - Returns: false where there is no room for it.
    mutating func open(_ session: Session, id: String, at now: ContinuousClock.Instant) -> Bool {
        let interval = entries.count < maximum ? Self.sweepInterval : Self.shortestSweepInterval
        if lastSweep.map({ now - $0 >= interval }) ?? true { sweep(at: now) }
        if entries.count >= maximum { makeRoom(for: session.owner, at: now) }
        guard entries.count < maximum else { return false }
        entries[id] = Entry(session: session, lastUse: now)
        counts[session.owner, default: 0] += 1
        return true
    }

    /// - Returns: nil where there is none of this owner with this id.
    mutating func use(_ id: String, owner: String, at now: ContinuousClock.Instant) -> Session? {
        guard let entry = entries[id], entry.session.owner == owner else { return nil }
        guard !isOver(entry, at: now) else {
            remove(id)
            return nil
        }
        entries[id]?.lastUse = now
        return entry.session
    }

    mutating func close(_ id: String, owner: String, at now: ContinuousClock.Instant) -> Session? {
        guard let session = use(id, owner: owner, at: now) else { return nil }
        remove(id)
        return session
    }

    mutating func closeAll() {
        entries = [:]
        counts = [:]
    }

    private mutating func remove(_ id: String) {
        guard let owner = entries.removeValue(forKey: id)?.session.owner, let count = counts[owner] else { return }
        counts[owner] = count > 1 ? count - 1 : nil
    }

    private func isOver(_ entry: Entry, at now: ContinuousClock.Instant) -> Bool {
        now - entry.lastUse >= idleTimeout && entry.session.calls.isEmpty
    }

    private mutating func sweep(at now: ContinuousClock.Instant) {
        lastSweep = now
        var over: [String] = []
        for (id, entry) in entries where isOver(entry, at: now) { over.append(id) }
        for id in over { remove(id) }
    }

    /// The owner of the most sessions gives up the one that it has not used for the longest time, so that whoever opens
    /// many pushes out none of the others'. Where it has more than the one who asks, that may be one that it used lately.
    private mutating func makeRoom(for owner: String, at now: ContinuousClock.Instant) {
        guard let most = counts.max(by: { $0.value < $1.value }) else { return }
        let own = counts[owner] ?? 0
        let giver = own == most.value ? owner : most.key
        let isLateProtected = most.value <= own + 1
        var idlest: (id: String, lastUse: ContinuousClock.Instant)?
        for (id, entry) in entries where entry.session.owner == giver && entry.session.calls.isEmpty {
            if isLateProtected, now - entry.lastUse < Self.shortestIdleness { continue }
            if let idlest, idlest.lastUse <= entry.lastUse { continue }
            idlest = (id, entry.lastUse)
        }
        if let idlest { remove(idlest.id) }
    }
}
