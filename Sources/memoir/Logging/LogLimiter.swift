/// Decides which log lines are written: a few of each event and level in every second, so that a failure which repeats
/// in a loop fills no disk. Pure: time comes in, and nothing is written here.
struct LogLimiter {
    /// Events told apart at once. They are constants of the source, so more are a sign of text made up at run time,
    /// which is then counted as one event.
    static let maximumEvents = 1024

    private struct Count {
        var second: Int64
        var written = 0
        var suppressed = 0
    }

    private let maximumPerSecond: Int
    private var counts: [String: Count] = [:]

    init(maximumPerSecond: Int) { self.maximumPerSecond = maximumPerSecond }

    /// - Returns: Nil where the line is to be left out; else how many like it were left out since the last one written.
    mutating func admit(_ event: String, second: Int64) -> Int? {
        let key = counts[event] != nil || counts.count < Self.maximumEvents ? event : ""
        var count = counts[key] ?? Count(second: second)
        if count.second != second {
            count.second = second
            count.written = 0
        }
        defer { counts[key] = count }
        guard count.written < maximumPerSecond else {
            count.suppressed += 1
            return nil
        }
        count.written += 1
        defer { count.suppressed = 0 }
        return count.suppressed
    }
}
