internal import JobQueue
internal import Reactor
internal import RedisClient

/// Plays a role for the whole fleet while this worker holds the role's lease, and stands by while another does.
@Reactor
final class SingletonRole {
    private let lease: RoleLease
    private let renewal: Duration
    private let act: @Reactor () async throws(RedisError) -> Duration
    private var heldUntil: ContinuousClock.Instant?

    /// - Parameters:
    ///   - renewal: between two renewals of the lease, and two attempts to get it while another holds it. Well below the
    ///     time that it lasts.
    ///   - act: plays the role once, and says when it wants to act again.
    init(lease: RoleLease, renewal: Duration, act: @escaping @Reactor () async throws(RedisError) -> Duration) {
        self.lease = lease
        self.renewal = renewal
        self.act = act
    }

    /// Plays until it is cancelled, then gives the lease up. That Redis is away is for others to say.
    func run() async {
        var nextAct = ContinuousClock.now
        while !Task.isCancelled {
            do throws(RedisError) {
                if try await isHeld(), nextAct <= .now { nextAct = .now + (try await act()) }
            } catch {
                heldUntil = nil
            }
            let wakeUp = heldUntil.map { min($0, nextAct) } ?? .now + renewal
            try? await Task.sleep(until: wakeUp)
        }
        guard heldUntil != nil else { return }
        // In a task of its own: this one is cancelled.
        await Task { try? await lease.release() }.value
    }

    private func isHeld() async throws(RedisError) -> Bool {
        if let heldUntil, heldUntil > .now { return true }
        heldUntil = try await lease.acquire() ? .now + renewal : nil
        return heldUntil != nil
    }
}
