package import Reactor
package import RedisClient

/// Reads what stands in the lanes, again and again. No step of it keeps Redis from serving others for longer than a
/// millisecond or two, however long a lane is.
@Reactor
package final class LaneFlowReader {
    /// What a count in many steps has found is good for so many times as long as it took, where it took long.
    private static let reuse = 20
    private static let countedAnew = 10_000
    /// Waiting entries up to which they are counted in steps, where more are claimed: few of them are 5 %, and a probe of
    /// the claimed ones would have to be as large.
    private static let countedInSteps = 2_000

    private struct Known {
        /// nil where the lane was too long to be counted.
        let unlisted: Int?
        let until: ContinuousClock.Instant
    }

    private let connection: RedisConnection
    private let keys: JobKeys
    private let flowScript = RedisScript(FlowScript.source)
    private let probeScript = RedisScript(ProbeScript.source)
    private let sweepScript = RedisScript(SweepScript.source)
    private var known: [Lane: Known] = [:]

    package init(connection: RedisConnection, keys: JobKeys) {
        self.connection = connection
        self.keys = keys
    }

    /// Figures of one lane are of the same moment.
    package func read() async throws(RedisError) -> [Lane: LaneFlow] {
        var flows: [Lane: LaneFlow] = [:]
        for lane in Lane.allCases {
            var arguments = RedisArguments()
            arguments.append(keys.jobs(lane))
            arguments.append(JobKeys.group)
            var cursor = try await flowScript.run(on: connection, keyCount: 1, arguments).cursor
            flows[lane] = try await settled(LaneFlow(&cursor), lane)
        }
        return flows
    }

    /// What a look has not counted, reckoned with care: the lane is long on both sides of the group's position, or what is
    /// there is not what Redis says of it.
    func settled(_ look: LaneFlow, _ lane: Lane) async throws(RedisError) -> LaneFlow {
        guard !look.undelivered.isExact else { return look }
        let waiting = look.undelivered.count
        let isShort = waiting <= look.pending && waiting <= Self.countedInSteps
        if !look.isDoubtful, isShort, let counted = try await counted(look, lane) { return counted }
        var probe = look.isDoubtful ? nil : try await probe(look, lane)
        if probe?.isSound == true { return look }
        if let known = known[lane], known.until > .now {
            if let unlisted = known.unlisted { return look.reckoned(unlisted: unlisted) }
        } else if let counted = try await counted(look, lane) {
            return counted
        }
        if probe == nil { probe = try await self.probe(look, lane) }
        return look.reckoned(unlisted: probe?.unlisted(of: look.pending) ?? 0)
    }

    private func probe(_ look: LaneFlow, _ lane: Lane) async throws(RedisError) -> LaneProbe? {
        try await LaneProbe.take(lane, since: look, with: probeScript, on: connection, keys: keys)
    }

    private func counted(_ look: LaneFlow, _ lane: Lane) async throws(RedisError) -> LaneFlow? {
        let start = ContinuousClock.now
        let sweep = try await LaneSweep.take(lane, since: look, with: sweepScript, on: connection, keys: keys)
        let isSoonDone = sweep.map { $0.flow.undelivered.count < Self.countedAnew } ?? false
        known[lane] =
            isSoonDone ? nil : Known(unlisted: sweep?.unlisted, until: .now + start.duration(to: .now) * Self.reuse)
        return sweep?.flow
    }
}
