/// Which collections change so often that a search's answer would be old before it is asked for again: to look for one
/// is a round trip for nothing, and to keep one is writing for nothing.
struct RecentChanges {
    /// Changes that are so close together are many.
    let window: Duration

    /// By collection, of the last change and the one before. The collections are those that are declared.
    private var times: [String: (last: ContinuousClock.Instant, before: ContinuousClock.Instant)] = [:]

    init(window: Duration) {
        self.window = window
    }

    /// This worker has answered a save or a forget.
    mutating func changed(_ collection: String, at now: ContinuousClock.Instant) {
        let last = times[collection]?.last ?? now - window
        times[collection] = (last: now, before: last)
    }

    func areMany(_ collection: String, at now: ContinuousClock.Instant) -> Bool {
        guard let before = times[collection]?.before else { return false }
        return now - before < window
    }
}
