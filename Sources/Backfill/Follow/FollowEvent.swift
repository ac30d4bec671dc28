/// What a follower tells while it runs.
package enum FollowEvent: Sendable {
    /// From now on. Where it polls, `since` is the time from which on it asks.
    case following(FollowMode, since: String?)
    /// Sent since it was told last.
    case changes(FollowCounts)
    /// The table was emptied at once: what was remembered of its rows is still there.
    case truncated
    /// The trigger does not tell of changes any more: why, and what mends it.
    case deaf(String)
    /// It does again.
    case hears
    /// It waits, for another reason than before.
    case waiting(WaitReason)
    /// What it waited for is over.
    case goesOn
    /// Redis has lost something that it had, and what may be among it is sent again.
    case sendsAgain
    /// All that was sent since it began.
    case stopped(FollowCounts)
}
