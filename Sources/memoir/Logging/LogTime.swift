import Glibc

/// A moment as ISO 8601 in UTC with milliseconds.
struct LogTime: CustomStringConvertible {
    /// Since 1970-01-01 00:00:00 UTC.
    let seconds: Int64
    let milliseconds: Int

    static var now: LogTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return LogTime(seconds: Int64(time.tv_sec), milliseconds: time.tv_nsec / 1_000_000)
    }

    init(seconds: Int64, milliseconds: Int) {
        self.seconds = seconds
        self.milliseconds = milliseconds
    }

    /// - Parameter milliseconds: since 1970.
    init(milliseconds: Int) {
        let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1_000)
        self.init(seconds: Int64(seconds), milliseconds: rest)
    }

    var description: String {
        var clock = time_t(seconds)
        var parts = tm()
        gmtime_r(&clock, &parts)
        let date = "\(parts.tm_year + 1900)-\(Self.padded(parts.tm_mon + 1))-\(Self.padded(parts.tm_mday))"
        let time = "\(Self.padded(parts.tm_hour)):\(Self.padded(parts.tm_min)):\(Self.padded(parts.tm_sec))"
        let fraction = String(milliseconds + 1000).dropFirst()
        return "\(date)T\(time).\(fraction)Z"
    }

    private static func padded(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
