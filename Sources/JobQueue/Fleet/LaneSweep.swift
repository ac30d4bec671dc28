internal import Reactor
internal import RedisClient

/// Counts the entries of a lane that are delivered and stand all the same, in many small steps: in none of them does the
/// server work longer than for a page of a read. Meanwhile the lane goes on, so the result is an estimate.
///
/// It is what remains where a lane is long on both sides of the group's position and somebody else has changed it.
@Reactor
struct LaneSweep {
    /// After so many the lane is given up: entries looked at are `SweepScript.step` times as many, on each side.
    private static let maximumSteps = 400

    /// How many more entries stand than are pending, of those that the group has passed; fewer where it is negative.
    let unlisted: Int

    private struct Step {
        let place: String
        let behind: Int
        let back: String
        let ahead: Int
        let on: String
        let entries: Int
        let pending: Int
        let added: Int

        /// Entries that were ever removed.
        var removed: Int { added - entries }

        init(_ cursor: inout RedisReplyCursor) throws(RedisError) {
            place = try cursor.scalarText() ?? ""
            behind = try cursor.integer()
            back = try cursor.scalarText() ?? ""
            ahead = try cursor.integer()
            on = try cursor.scalarText() ?? ""
            entries = try cursor.integer()
            pending = try cursor.integer()
            added = try cursor.integer()
        }
    }

    /// nil where the lane is too long, or gone.
    static func take(
        _ lane: Lane,
        with script: RedisScript,
        on connection: RedisConnection,
        keys: JobKeys
    ) async throws(RedisError) -> LaneSweep? {
        var place = ""
        var (back, on) = ("-", "")
        var (behind, ahead) = (0, 0)
        var first: Step?
        for _ in 0..<maximumSteps {
            var arguments = RedisArguments()
            for argument in [keys.jobs(lane), JobKeys.group, place, back, on] { arguments.append(argument) }
            var cursor = try await script.run(on: connection, keyCount: 1, arguments).cursor
            guard try cursor.array() != nil else { return nil }
            let step = try Step(&cursor)
            (place, back, on) = (step.place, step.back, step.on)
            behind += step.behind
            ahead += step.ahead
            let start = first ?? step
            first = start
            // Removed meanwhile: on the average half of them had been counted before.
            let removed = step.removed - start.removed
            if back == "end" { return LaneSweep(unlisted: behind - start.pending + removed / 2) }
            if on == "end" {
                let claimed = step.pending - start.pending + removed
                return LaneSweep(unlisted: step.entries - (ahead - claimed) - step.pending)
            }
        }
        return nil
    }
}
