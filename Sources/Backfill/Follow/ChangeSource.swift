package import PostgresClient
package import Reactor

/// Where a follower hears of changes.
@Reactor
package protocol ChangeSource: Sendable {
    /// For people.
    nonisolated var mode: FollowMode { get }

    /// What has changed and was not sent, at most one page.
    ///
    /// - Parameter maximum: of jobs, as far as a change does not make more by itself.
    /// - Returns: nil where there is nothing at the moment.
    func read(_ checkpoint: FollowCheckpoint, maximum: Int) async throws(PostgresError) -> FollowPage?

    /// Redis has the page: it is not read again, but after `reset`.
    func added(_ page: FollowPage)

    /// Redis has lost something that it had: what may be among it is read again.
    func reset()

    /// Nothing that was added before that time can be lost any more.
    func settle(before time: ContinuousClock.Instant) async throws(PostgresError)

    /// Why it does not hear of changes any more, and what mends it; nil where it does.
    func deafness() async throws(PostgresError) -> String?

    /// Until there may be something to read.
    func wait() async throws(PostgresError)
}
