/// Tells jobs that are lost from those that are late. A job is on its lane, delayed, or counted; where the lane is empty and
/// nothing is delayed for a while and some are still not counted, somebody has removed them.
struct VanishedJobs {
    private static let patience = Duration.seconds(10)

    private var since: ContinuousClock.Instant?
    private var missing = 0

    /// - Parameters:
    ///   - missing: jobs that are not counted.
    ///   - inQueue: on the lane or delayed.
    mutating func areGone(missing: Int, inQueue: Int, at now: ContinuousClock.Instant = .now) -> Bool {
        guard missing > 0, inQueue == 0, missing == self.missing, let since else {
            self.missing = missing
            since = inQueue == 0 ? now : nil
            return false
        }
        return since.duration(to: now) >= Self.patience
    }
}
