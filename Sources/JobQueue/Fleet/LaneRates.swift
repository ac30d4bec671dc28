/// What flows through one lane, in jobs a second over the last ten seconds. Of its fields in the hash of rates, `waiting`
/// and `oldest_ms` are for those who read the hash alone.
package struct LaneRates: Sendable, Equatable {
    /// nil where nobody has measured.
    package var came: Int?
    package var left: Int?
    package var claimed: Int?
    /// What left less what came, in jobs within 1,000 seconds: rates are whole numbers, and a lane may drain slowly.
    package var draining: Int?

    package init() {}

    /// - Parameter fields: of the hash of rates.
    package init(_ fields: [(name: String, value: String)], lane: Lane) {
        let prefix = "\(lane.rawValue):"
        for (name, value) in fields where name.hasPrefix(prefix) {
            switch name.dropFirst(prefix.count) {
            case "came_per_s": came = Int(value)
            case "left_per_s": left = Int(value)
            case "claimed_per_s": claimed = Int(value)
            case "draining_per_1000_s": draining = Int(value)
            default: break
            }
        }
    }

    /// What two looks at the lane and the time between them tell.
    init(from before: LaneFlow, to now: LaneFlow, seconds: Double) {
        let came = now.added - before.added
        let left = came - (now.entries - before.entries)
        // Entries that somebody deleted are no longer undelivered either, and the server's own count passes over some
        // that it should not: neither says less than was claimed.
        var claimed = came - (now.undelivered.count - before.undelivered.count)
        if let last = now.delivered, let first = before.delivered { claimed = min(claimed, last - first) }
        let rate = { (count: Int) in Int((Double(max(0, count)) / seconds).rounded()) }
        self.came = rate(came)
        self.left = rate(left)
        self.claimed = rate(claimed)
        draining = Int((Double(left - came) * 1_000 / seconds).rounded())
    }

    /// Milliseconds until a lane of so many entries is empty if it goes on like this; nil where nobody has measured, or
    /// where no more leaves than comes.
    package func drain(entries: Int) -> Int? {
        guard let draining else { return nil }
        guard entries > 0 else { return 0 }
        return draining > 0 ? Int((Double(entries) / Double(draining) * 1_000_000).rounded(.up)) : nil
    }

    /// As it stands in the hash of rates.
    package func fields(_ lane: Lane) -> [(name: String, value: Int)] {
        [
            ("came_per_s", came), ("left_per_s", left), ("claimed_per_s", claimed), ("draining_per_1000_s", draining),
        ].compactMap { name, value in value.map { (name: "\(lane.rawValue):\(name)", value: $0) } }
    }
}
