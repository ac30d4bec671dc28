/// How a follower hears of changes.
package enum FollowMode: Sendable, Equatable {
    case trigger
    case polling(Duration)
}
