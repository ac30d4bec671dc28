internal import Glibc
internal import Reactor
internal import RedisClient

/// The clock of Redis, which deadlines are told by: asked once a minute, and kept in between.
@Reactor
final class ServerClock {
    private static let lifetime = Duration.seconds(60)

    private let connection: RedisConnection
    /// How far it is ahead of ours, in microseconds, and when it was asked.
    private var lead: (microseconds: Int, askedAt: ContinuousClock.Instant)?
    private var asking: Task<Result<Int, RedisError>, Never>?

    init(connection: RedisConnection) {
        self.connection = connection
    }

    /// Since 1970.
    func milliseconds(timeout: Duration) async throws(RedisError) -> Int {
        (Self.ownMicroseconds + (try await leadInMicroseconds(timeout))) / 1_000
    }

    /// Any number of tasks that ask at once ask together.
    private func leadInMicroseconds(_ timeout: Duration) async throws(RedisError) -> Int {
        if let lead, lead.askedAt.duration(to: .now) < Self.lifetime { return lead.microseconds }
        let task = asking ?? Task { await ask(timeout) }
        asking = task
        return try await task.value.get()
    }

    private func ask(_ timeout: Duration) async -> Result<Int, RedisError> {
        defer { asking = nil }
        let before = Self.ownMicroseconds
        do throws(RedisError) {
            let time = try await connection.time(timeout: timeout)
            // Half of the round trip is the way back.
            let microseconds = time - (before + Self.ownMicroseconds) / 2
            lead = (microseconds, .now)
            return .success(microseconds)
        } catch {
            return .failure(error)
        }
    }

    private static var ownMicroseconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int(time.tv_sec) * 1_000_000 + Int(time.tv_nsec) / 1_000
    }
}
