internal import Glibc

/// Time of day, as the wire format gives it.
enum WallClock {
    /// Milliseconds since 1970.
    static var milliseconds: Int { microseconds / 1_000 }

    static var microseconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1_000
    }
}
