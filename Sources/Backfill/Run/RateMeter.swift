/// How fast something goes: over the last seconds, so that it follows a change, and not over one, so that it stays legible.
package struct RateMeter: Sendable {
    private static let window = Duration.seconds(10)
    /// Points that are kept.
    private static let resolution = Duration.milliseconds(200)

    private var points: [(time: ContinuousClock.Instant, count: Int)] = []

    package init() {}

    /// - Parameter count: of all that was done up to now.
    package mutating func note(_ count: Int, at time: ContinuousClock.Instant = .now) {
        if let last = points.last, last.time.duration(to: time) < Self.resolution {
            if points.count == 1 { return }
            points.removeLast()
        }
        points.append((time, count))
        while points.count > 2, points[1].time.duration(to: time) >= Self.window { points.removeFirst() }
    }

    /// A second; nil as long as there is nothing to tell it from.
    package var perSecond: Double? {
        guard let first = points.first, let last = points.last else { return nil }
        let seconds = first.time.duration(to: last.time) / .seconds(1)
        return seconds > 0 ? Double(last.count - first.count) / seconds : nil
    }
}
