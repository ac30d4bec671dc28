internal import Glibc
internal import Reactor
internal import RedisClient

/// Whether this machine and Redis agree on the time: deadlines and times to run at are times of day.
struct ClockCheck: Check {
    private static let rounds = 3
    private static let warning = Duration.seconds(1)
    private static let failure = Duration.seconds(10)

    let name = "clock"
    let redis: RedisConnection

    func findings() async throws -> [Finding] {
        var best: (offset: Duration, uncertainty: Duration)?
        for _ in 0..<Self.rounds {
            let before = Self.microseconds
            let theirs = try await redis.time()
            let after = Self.microseconds
            let uncertainty = Duration.microseconds(max(0, after - before) / 2)
            if let best, best.uncertainty <= uncertainty { continue }
            best = (.microseconds(theirs - (before + after) / 2), uncertainty)
        }
        return best.map { [Self.judge(offset: $0.offset, uncertainty: $0.uncertainty)] } ?? []
    }

    /// - Parameters:
    ///   - offset: Redis' time less this machine's.
    ///   - uncertainty: half the round trip: the difference may be smaller or larger by it.
    static func judge(offset: Duration, uncertainty: Duration) -> Finding {
        let magnitude = offset < .zero ? .zero - offset : offset
        let certain = max(.zero, magnitude - uncertainty)
        guard certain > warning else { return .ok("within \(Age.text(magnitude + uncertainty)) of Redis'") }
        let text =
            "Redis is \(Age.text(magnitude)) \(offset < .zero ? "behind" : "ahead of") this machine: deadlines and "
            + "times to run at are off by as much"
        let mend = "timedatectl set-ntp true   # on the machine whose clock is wrong"
        return certain > failure ? .failure(text, mend: mend) : .warning(text, mend: mend)
    }

    private static var microseconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1_000
    }
}
