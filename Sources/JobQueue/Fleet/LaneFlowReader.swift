package import Reactor
package import RedisClient

/// Reads what stands in the lanes, again and again.
@Reactor
package final class LaneFlowReader {
    /// A count in many steps is good for so many times as long as it took.
    private static let reuse = 20

    private struct Known {
        let unlisted: Int
        let until: ContinuousClock.Instant
    }

    private let connection: RedisConnection
    private let keys: JobKeys
    private let flowScript = RedisScript(FlowScript.source)
    private let sweepScript = RedisScript(SweepScript.source)
    private var known: [Lane: Known] = [:]

    package init(connection: RedisConnection, keys: JobKeys) {
        self.connection = connection
        self.keys = keys
    }

    /// All lanes in one atomic step, the cost of which does not grow with what stands in them. Only where somebody else
    /// than workers has changed thousands of entries of a long lane is it counted in more steps.
    package func read() async throws(RedisError) -> [Lane: LaneFlow] {
        var arguments = RedisArguments()
        for lane in Lane.allCases { arguments.append(keys.jobs(lane)) }
        arguments.append(JobKeys.group)
        var cursor = try await flowScript.run(on: connection, keyCount: Lane.allCases.count, arguments).cursor
        var flows = try LaneFlow.read(&cursor)
        for (lane, flow) in flows where flow.isDoubtful {
            if let unlisted = try await unlisted(lane) { flows[lane] = flow.reckoned(unlisted: unlisted) }
        }
        return flows
    }

    private func unlisted(_ lane: Lane) async throws(RedisError) -> Int? {
        if let known = known[lane], known.until > .now { return known.unlisted }
        let start = ContinuousClock.now
        guard let sweep = try await LaneSweep.take(lane, with: sweepScript, on: connection, keys: keys) else {
            return nil
        }
        known[lane] = Known(unlisted: sweep.unlisted, until: .now + start.duration(to: .now) * Self.reuse)
        return sweep.unlisted
    }
}
