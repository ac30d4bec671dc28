import Reactor
import RedisClient
import RedisServerFixture
import Testing

@testable import JobQueue

/// A lane through which jobs flow while others delete and trim, and which is counted all the while.
@Suite("LaneFlow: compared with an independent count while 100,000 jobs flow", .timeLimit(.minutes(4)))
@Reactor
struct LaneFlowTrafficTests {
    private static let jobs = 100_000
    /// Entries that stand at most, about: an independent count looks at each of them.
    private static let backlog = 12_000
    /// Jobs that may flow from one comparison to the next: the traffic waits, so that there are a hundred at least.
    private static let jobsBetweenLooks = 1_000

    /// What producers, workers and vandals know of each other.
    @Reactor
    private final class State {
        var added = 0
        /// Comparisons so far.
        var looks = 0
        /// Claimed and not finished, by claim.
        var held: [[String]] = []
        var young: [String] = []
        var isOver = false
        var random: SplitMix

        init(seed: UInt64) { random = SplitMix(seed) }
    }

    private struct SplitMix: RandomNumberGenerator {
        private var state: UInt64

        init(_ seed: UInt64) { state = seed }

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }

    @Test(
        "Never wrong where exact, within 5 % where estimated",
        arguments: [
            // Workers that hold a few jobs, and workers that hold thousands.
            (seed: 1, claim: 1...40, claims: 4), (seed: 2, claim: 300...2_000, claims: 6),
        ] as [(seed: UInt64, claim: ClosedRange<Int>, claims: Int)]
    )
    func compared(seed: UInt64, claim: ClosedRange<Int>, claims: Int) async throws {
        let lane = try await TestLane()
        let state = State(seed: seed)
        var (exact, estimated, swept) = (0, 0, 0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await produce(lane.server.connection(), lane, state) }
            group.addTask { try await work(lane.server.connection(), lane, state, claim: claim, claims: claims) }
            group.addTask { try await vandalise(lane.server.connection(), lane, state) }
            let connection = lane.server.connection()
            let reader = LaneFlowReader(connection: connection, keys: lane.keys)
            while !state.isOver {
                let start = ContinuousClock.now
                let count = try await IndependentCount.take(lane.lane, on: connection, keys: lane.keys)
                let took = start.duration(to: .now)
                #expect(count.flow.entries == count.entries && count.flow.pending == count.pending)
                let flow = try await reader.settled(count.flow, lane.lane)
                if flow.undelivered.isExact {
                    #expect(flow.undelivered.count == count.unlisted)
                    exact += 1
                } else if flow == count.flow {
                    // As it was told, and found to be sound.
                    #expect(count.error(of: flow.undelivered.count) <= 0.05, "\(count)")
                    estimated += 1
                } else {
                    try await compared(flow, with: count, lane, connection)
                    swept += 1
                }
                state.looks += 1
                // Redis serves the traffic for a part of the time.
                try await Task.sleep(for: took / 2)
            }
            try await group.waitForAll()
        }
        #expect(state.added == Self.jobs)
        let counts: Comment = "exact \(exact), estimated \(estimated), swept \(swept)"
        #expect(state.looks >= Self.jobs / Self.jobsBetweenLooks - 2, counts)
        // Few jobs in work are always counted, however many wait.
        #expect(claim.upperBound > 100 ? estimated + swept > 20 : estimated + swept == 0, counts)
    }

    /// What is counted in steps is not of one moment: it is what stood at one between two counts, and 5 % around.
    private func compared(
        _ flow: LaneFlow,
        with before: IndependentCount,
        _ lane: TestLane,
        _ redis: RedisConnection
    ) async throws {
        let after = try await IndependentCount.take(lane.lane, on: redis, keys: lane.keys)
        let came = after.flow.added - before.flow.added
        let left = before.unlisted + came - after.unlisted
        let possible = 0.95 * Double(before.unlisted - left)...1.05 * Double(before.unlisted + came)
        #expect(possible.contains(Double(flow.undelivered.count)), "\(flow) of \(before), \(after)")
    }

    private func produce(_ redis: RedisConnection, _ lane: TestLane, _ state: State) async throws {
        let stream = lane.keys.jobs(lane.lane)
        while state.added < Self.jobs {
            let isAhead = state.added >= (state.looks + 1) * Self.jobsBetweenLooks
            guard !isAhead, try await redis.streamLength(stream) < Self.backlog else {
                try await Task.sleep(for: .milliseconds(5))
                continue
            }
            let count = min(Self.jobs - state.added, Int.random(in: 50...1_500, using: &state.random))
            let ids = try await LaneTraffic.add(count, to: stream, on: redis)
            state.young = (state.young + ids).suffix(6_000)
            state.added += count
        }
    }

    private func work(
        _ redis: RedisConnection,
        _ lane: TestLane,
        _ state: State,
        claim: ClosedRange<Int>,
        claims: Int
    ) async throws {
        let stream = lane.keys.jobs(lane.lane)
        while true {
            let count = Int.random(in: claim, using: &state.random)
            let ids = try await LaneTraffic.claim(count, of: stream, as: "w\(count % 3)", on: redis)
            if !ids.isEmpty { state.held.append(ids) }
            let isDone = state.added == Self.jobs && ids.isEmpty
            while state.held.count > (isDone ? 0 : claims) {
                let oldest = state.held.removeFirst()
                try await LaneTraffic.finish(oldest, of: stream, on: redis)
            }
            if isDone, try await redis.streamLength(stream) == 0 { break }
        }
        state.isOver = true
    }

    /// Deletes what waits and what is in work, here and there and whole stretches, and cuts the lane short.
    private func vandalise(_ redis: RedisConnection, _ lane: TestLane, _ state: State) async throws {
        let stream = lane.keys.jobs(lane.lane)
        while !state.isOver {
            try await Task.sleep(for: .milliseconds(Int.random(in: 5...60, using: &state.random)))
            let held = state.held.flatMap { $0 }
            switch Int.random(in: 0..<6, using: &state.random) {
            case 0: try await LaneTraffic.delete(some(of: held, upTo: 40, state), of: stream, on: redis)
            case 1: try await LaneTraffic.delete(stretch(of: held, upTo: 700, state), of: stream, on: redis)
            case 2: try await LaneTraffic.delete(some(of: state.young, upTo: 40, state), of: stream, on: redis)
            case 3: try await LaneTraffic.delete(stretch(of: state.young, upTo: 300, state), of: stream, on: redis)
            case 4:
                let length = try await redis.streamLength(stream)
                let cut = Int.random(in: 0...900, using: &state.random)
                let kept = "\(max(0, length - cut))"
                _ = try await redis.execute(RedisCommand("XTRIM", stream, "MAXLEN", kept))
            default:
                let length = try await redis.streamLength(stream)
                _ = try await redis.execute(RedisCommand("XTRIM", stream, "MAXLEN", "~", "\(length * 9 / 10)"))
            }
        }
    }

    private func some(of ids: [String], upTo count: Int, _ state: State) -> [String] {
        guard !ids.isEmpty else { return [] }
        return (0..<count).compactMap { _ in ids.randomElement(using: &state.random) }
    }

    private func stretch(of ids: [String], upTo count: Int, _ state: State) -> [String] {
        guard !ids.isEmpty else { return [] }
        let start = Int.random(in: 0..<ids.count, using: &state.random)
        return Array(ids[start...].prefix(Int.random(in: 1...count, using: &state.random)))
    }

    @Test("Figures go on across a restart with an append-only file")
    func restart() async throws {
        let server = try await RedisServer(
            on: .standard,
            "--appendonly",
            "yes",
            "--appendfsync",
            "always"
        )
        let redis = server.connection()
        let keys = JobKeys()
        let stream = keys.jobs(.save)
        _ = try await redis.execute(RedisCommand("XGROUP", "CREATE", stream, JobKeys.group, "0", "MKSTREAM"))
        try await LaneTraffic.add(3_000, to: stream, on: redis)
        let ids = try await LaneTraffic.claim(900, of: stream, as: "w", on: redis)
        try await LaneTraffic.finish(Array(ids.prefix(500)), of: stream, on: redis)
        try await LaneTraffic.delete(Array(ids[600..<650]), of: stream, on: redis)
        let reader = LaneFlowReader(connection: redis, keys: keys)
        let before = try #require(try await reader.read()[.save])
        #expect(before.undelivered == .exact(2_100) && before.pending == 400 && before.entries == 2_450)
        server.kill()
        try await server.start()
        // It answers before it has read its file.
        while (try? await reader.read()) == nil { try await Task.sleep(for: .milliseconds(20)) }
        let count = try await IndependentCount.take(.save, on: redis, keys: keys)
        #expect(try await reader.settled(count.flow, .save).undelivered == before.undelivered)
        #expect(count.flow.entries == before.entries && count.flow.pending == before.pending)
        #expect(count.flow.added == before.added && count.unlisted == 2_100)
    }
}
