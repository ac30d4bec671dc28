/// The sessions by their ids, bounded in number and in idleness. Pure: its owner locks it and tells the time.
struct SessionTable {
    private struct Entry {
        let session: Session
        var lastUse: ContinuousClock.Instant
    }

    /// Where there is no room, the session goes that was not used for the longest time: but none that was used so
    /// lately.
    static let shortestIdleness = Duration.seconds(60)
    private static let sweepInterval = Duration.seconds(60)

    private let maximum: Int
    private let idleTimeout: Duration
    private var entries: [String: Entry] = [:]
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
        if entries.count >= maximum || lastSweep.map({ now - $0 >= Self.sweepInterval }) ?? true { sweep(at: now) }
        if entries.count >= maximum { evict(at: now) }
        guard entries.count < maximum else { return false }
        entries[id] = Entry(session: session, lastUse: now)
        return true
    }

    /// - Returns: nil where there is none of this owner with this id.
    mutating func use(_ id: String, owner: String, at now: ContinuousClock.Instant) -> Session? {
        guard let entry = entries[id], entry.session.owner == owner else { return nil }
        guard !isOver(entry, at: now) else {
            entries[id] = nil
            return nil
        }
        entries[id]?.lastUse = now
        return entry.session
    }

    mutating func close(_ id: String, owner: String, at now: ContinuousClock.Instant) -> Session? {
        guard let session = use(id, owner: owner, at: now) else { return nil }
        entries[id] = nil
        return session
    }

    mutating func closeAll() {
        entries = [:]
    }

    private func isOver(_ entry: Entry, at now: ContinuousClock.Instant) -> Bool {
        now - entry.lastUse >= idleTimeout && entry.session.calls.isEmpty
    }

    private mutating func sweep(at now: ContinuousClock.Instant) {
        lastSweep = now
        let over = entries.filter { isOver($0.value, at: now) }
        for id in over.keys { entries[id] = nil }
    }

    private mutating func evict(at now: ContinuousClock.Instant) {
        let idle = entries.filter { now - $0.value.lastUse >= Self.shortestIdleness && $0.value.session.calls.isEmpty }
        guard let oldest = idle.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return }
        entries[oldest.key] = nil
    }
}
