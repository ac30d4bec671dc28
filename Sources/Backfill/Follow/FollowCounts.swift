/// What became of changes.
package struct FollowCounts: Sendable, Equatable {
    /// Rows that were sent to be remembered, as they are now.
    package var saved = 0
    /// Memories that were sent to be forgotten.
    package var forgotten = 0
    /// Rows that cannot become a memory.
    package var rejected = 0

    package init() {}

    package var isZero: Bool { self == FollowCounts() }

    static func += (counts: inout FollowCounts, more: FollowCounts) {
        counts.saved += more.saved
        counts.forgotten += more.forgotten
        counts.rejected += more.rejected
    }
}
