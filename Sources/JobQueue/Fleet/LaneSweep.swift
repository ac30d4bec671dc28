internal import Reactor
internal import RedisClient

/// Counts the entries of a lane that nobody has claimed, in many small steps: in none of them does the server work longer
/// than a millisecond or two. It goes from the lane's end down to the group's position, so what is claimed and added
/// meanwhile makes no difference; only what somebody deletes meanwhile does.
@Reactor
struct LaneSweep {
    /// After so many the lane is given up: some 60,000 entries.
    private static let maximumSteps = 300

    /// What stands in the lane at the end: exact where nothing has changed since it was looked at.
    let flow: LaneFlow

    /// How many more entries stand than are pending, of those that the group has passed; fewer where it is negative.
    var unlisted: Int { flow.entries - flow.pending - flow.undelivered.count }

    private struct Step {
        let count: Int
        let next: String
        let entries: Int
        let pending: Int
        let added: Int
        let position: String

        init(_ cursor: inout RedisReplyCursor) throws(RedisError) {
            count = try cursor.integer()
            next = try cursor.scalarText() ?? "end"
            entries = try cursor.integer()
            pending = try cursor.integer()
            added = LaneFlow.bounded(try cursor.integer())
            position = try cursor.scalarText() ?? ""
        }
    }

    /// - Parameter look: at the lane, a moment ago.
    /// - Returns: nil where the lane is too long, or gone.
    static func take(
        _ lane: Lane,
        since look: LaneFlow,
        with script: RedisScript,
        on connection: RedisConnection,
        keys: JobKeys
    ) async throws(RedisError) -> LaneSweep? {
        var place = "+"
        var count = 0
        var addedBefore: Int?
        for _ in 0..<maximumSteps {
            var arguments = RedisArguments()
            for argument in [keys.jobs(lane), JobKeys.group, place] { arguments.append(argument) }
            var cursor = try await script.run(on: connection, keyCount: 1, arguments).cursor
            guard try cursor.array() != nil else { return nil }
            let step = try Step(&cursor)
            if step.next == "+" {
                (place, count, addedBefore) = (step.next, 0, nil)
                continue
            }
            place = step.next
            count += step.count
            let start = addedBefore ?? step.added
            addedBefore = start
            if place == "end" { return LaneSweep(waiting: count + step.added - start, step, since: look) }
        }
        return nil
    }

    private init(waiting: Int, _ last: Step, since look: LaneFlow) {
        // Entries come by being added and go by being removed, and the position says which of them are delivered.
        let isSame = last.added == look.added && last.entries == look.entries && last.position == look.position
        flow = LaneFlow(
            entries: last.entries,
            pending: last.pending,
            added: last.added,
            delivered: look.delivered,
            undelivered: isSame ? .exact(waiting) : .estimated(max(0, min(last.entries, waiting))),
            oldest: last.entries > 0 ? look.oldest : nil
        )
    }
}
