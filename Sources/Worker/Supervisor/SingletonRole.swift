internal import JobQueue
internal import Reactor
internal import RedisClient

/// Plays a role for the whole fleet while this worker holds the role's lease, and stands by while another does.
@Reactor
struct SingletonRole {
    private let lease: RoleLease
    private let standby: Duration
    private let act: @Reactor () async throws(RedisError) -> Duration

    /// - Parameters:
    ///   - standby: between two attempts to get the lease while another holds it, and after a failure.
    ///   - act: plays the role once, and says when it wants to act again.
    init(lease: RoleLease, standby: Duration, act: @escaping @Reactor () async throws(RedisError) -> Duration) {
        self.lease = lease
        self.standby = standby
        self.act = act
    }

    /// Plays until it is cancelled, then gives the lease up. That Redis is away is for others to say.
    func run() async {
        while !Task.isCancelled {
            var wait = standby
            do throws(RedisError) {
                if try await lease.acquire() { wait = min(standby, try await act()) }
            } catch {}
            try? await Task.sleep(for: wait)
        }
        // In a task of its own: this one is cancelled.
        await Task { try? await lease.release() }.value
    }
}
