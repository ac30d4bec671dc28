import JobQueue
import Reactor
import RedisClient
import Testing

@Suite("LaneHistory: what flowed in the last hour", .timeLimit(.minutes(1)))
@Reactor
struct LaneHistoryTests {
    private func write(_ count: Int, _ lane: TestLane) async throws {
        for number in 0..<count {
            var command = RedisCommand()
            let figures = LaneHistory.Figures(came: number, left: 1, undelivered: 2, pending: 3)
            LaneHistory.append([.save: figures, .bulk: figures], to: &command, keys: lane.keys)
            for reply in try await lane.connection.pipeline(command) { #expect(reply.error == nil) }
        }
    }

    @Test("Samples come back as they were written, oldest first")
    func roundTrip() async throws {
        let lane = try await TestLane()
        #expect(try await LaneHistory.read(on: lane.connection, keys: lane.keys).isEmpty)
        try await write(3, lane)
        let samples = try await LaneHistory.read(on: lane.connection, keys: lane.keys)
        #expect(samples.map { $0.lanes[.save]?.came } == [0, 1, 2])
        #expect(samples.allSatisfy { Set($0.lanes.keys) == [.save, .bulk] })
        #expect(samples.map(\.time) == samples.map(\.time).sorted())
        let now = try await lane.connection.timeInMilliseconds()
        #expect(samples.allSatisfy { now - $0.time < 60_000 && $0.time <= now })
    }

    @Test("It is bounded, and vanishes by itself")
    func bounded() async throws {
        let lane = try await TestLane()
        try await write(400, lane)
        #expect(try await lane.integer(RedisCommand("XLEN", lane.keys.history)) == 370)
        let left = try #require(try await lane.integer(RedisCommand("PTTL", lane.keys.history)))
        #expect(left > 7_000_000 && left <= 7_200_000)
    }

    @Test("What is older than an hour, or no sample, is passed over")
    func others() async throws {
        let lane = try await TestLane()
        let now = try await lane.connection.timeInMilliseconds()
        for (time, name) in [(now - 3_700_000, "save:came"), (now - 3_500_000, "scribble"), (now, "save:left")] {
            _ = try await lane.connection.execute(RedisCommand("XADD", lane.keys.history, "\(time)-0", name, "x"))
        }
        try await write(1, lane)
        let samples = try await LaneHistory.read(on: lane.connection, keys: lane.keys)
        #expect(samples.map(\.lanes.count) == [0, 0, 2])
    }
}
