/// Which reports of a call's progress are sent: those that go up, and no more of them than a caller can use.
struct ProgressPace {
    static let shortestPause = Duration.milliseconds(100)

    private var last: (value: Double, time: ContinuousClock.Instant)?
    private var isClosed = false

    mutating func admit(_ value: Double, at time: ContinuousClock.Instant) -> Bool {
        guard !isClosed, value.isFinite else { return false }
        if let last, value <= last.value || time - last.time < Self.shortestPause { return false }
        last = (value, time)
        return true
    }

    mutating func close() {
        isClosed = true
    }
}
