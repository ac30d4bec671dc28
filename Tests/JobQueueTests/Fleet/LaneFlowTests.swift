import Reactor
import RedisClient
import RedisServerFixture
import Testing

@testable import JobQueue

@Suite("LaneFlow: what nobody has claimed", .timeLimit(.minutes(2)))
@Reactor
struct LaneFlowTests {
    /// What is done to a lane, and what stands there afterwards.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var steps: [Step]
        let undelivered: Int
        var pending = 0
        var isExact = true

        var testDescription: String { name }
    }

    enum Step: Sendable {
        case add(Int)
        case group(String)
        /// The group's position, behind that many of the entries that stand.
        case skip(Int)
        case claim(Int)
        /// Claimed entries, from the front: acknowledged and removed.
        case finish(Int)
        /// Claimed entries, from the front: acknowledged only.
        case acknowledge(Int)
        /// Entries from a place on.
        case delete(Int, from: Int)
        /// To so many entries.
        case trim(Int)
        case flush
        case destroyGroup
    }

    nonisolated static let cases: [Case] = [
        Case(name: "no stream", steps: [.flush], undelivered: 0),
        Case(name: "no group", steps: [.add(7), .destroyGroup], undelivered: 7),
        Case(name: "nothing claimed", steps: [.add(7)], undelivered: 7),
        Case(name: "all claimed", steps: [.add(7), .claim(7)], undelivered: 0, pending: 7),
        Case(name: "some finished", steps: [.add(9), .claim(6), .finish(2)], undelivered: 3, pending: 4),
        Case(name: "all finished", steps: [.add(9), .claim(9), .finish(9)], undelivered: 0),
        Case(
            name: "a pending entry deleted",
            steps: [.add(9), .claim(6), .delete(2, from: 1)],
            undelivered: 3,
            pending: 6
        ),
        Case(
            name: "all pending entries deleted",
            steps: [.add(9), .claim(6), .delete(6, from: 0)],
            undelivered: 3,
            pending: 6
        ),
        Case(
            name: "the next one deleted",
            steps: [.add(9), .claim(3), .delete(1, from: 3), .claim(2)],
            undelivered: 3,
            pending: 5
        ),
        Case(
            name: "the last one deleted",
            steps: [.add(9), .claim(3), .delete(1, from: 8), .claim(2)],
            undelivered: 3,
            pending: 5
        ),
        Case(
            name: "all undelivered ones deleted",
            steps: [.add(9), .claim(3), .delete(6, from: 3)],
            undelivered: 0,
            pending: 3
        ),
        Case(name: "trimmed into the undelivered", steps: [.add(9), .claim(3), .trim(4)], undelivered: 4, pending: 3),
        Case(name: "trimmed, then read", steps: [.add(9), .claim(3), .trim(4), .claim(2)], undelivered: 2, pending: 5),
        Case(name: "trimmed to nothing", steps: [.add(9), .claim(3), .trim(0)], undelivered: 0, pending: 3),
        Case(
            name: "acknowledged, not deleted",
            steps: [.add(9), .claim(6), .acknowledge(4)],
            undelivered: 3,
            pending: 2
        ),
        Case(name: "a group at the end", steps: [.destroyGroup, .add(9), .group("$")], undelivered: 0),
        Case(
            name: "a group at the end, then more",
            steps: [.destroyGroup, .add(9), .group("$"), .add(4)],
            undelivered: 4
        ),
        Case(name: "a group before the highest id", steps: [.destroyGroup, .add(9), .group("0")], undelivered: 9),
        Case(
            name: "a group at the highest id",
            steps: [.add(9), .destroyGroup, .group("18446744073709551615-18446744073709551615")],
            undelivered: 0
        ),
        Case(name: "skipped some", steps: [.add(9), .claim(2), .skip(6)], undelivered: 3, pending: 2),
        Case(name: "set back", steps: [.add(9), .claim(6), .skip(0)], undelivered: 9, pending: 6),
        Case(
            name: "flushed and begun anew",
            steps: [.add(9), .claim(3), .flush, .group("0"), .add(2), .claim(1)],
            undelivered: 1,
            pending: 1
        ),
        Case(name: "many waiting", steps: [.add(20_000), .claim(200)], undelivered: 19_800, pending: 200),
        Case(
            name: "many waiting, some claimed",
            steps: [.add(20_000), .claim(300)],
            undelivered: 19_700,
            pending: 300,
            isExact: false
        ),
        Case(name: "many claimed", steps: [.add(3_000), .claim(2_900)], undelivered: 100, pending: 2_900),
        Case(
            name: "many claimed, some waiting",
            steps: [.add(9_000), .claim(8_000)],
            undelivered: 1_000,
            pending: 8_000
        ),
        Case(
            name: "more claimed than are listed",
            steps: [.add(25_000), .claim(12_000)],
            undelivered: 13_000,
            pending: 12_000,
            isExact: false
        ),
        Case(
            name: "more claimed than are listed, many of them deleted",
            steps: [.add(25_000), .claim(12_000), .delete(9_000, from: 1_000)],
            undelivered: 13_000,
            pending: 12_000
        ),
        Case(
            name: "many of both",
            steps: [.add(9_000), .claim(4_000)],
            undelivered: 5_000,
            pending: 4_000,
            isExact: false
        ),
        Case(
            name: "many of both, claimed ones deleted",
            steps: [.add(9_000), .claim(4_000), .delete(2_000, from: 1_000)],
            undelivered: 5_000,
            pending: 4_000
        ),
        Case(
            name: "many of both, trimmed",
            steps: [.add(9_000), .claim(4_000), .trim(6_500)],
            undelivered: 5_000,
            pending: 4_000
        ),
        Case(
            name: "many trimmed, nothing of the claimed stands",
            steps: [.add(9_000), .claim(6_000), .trim(2_000)],
            undelivered: 2_000,
            pending: 6_000
        ),
        Case(
            name: "many waiting, claimed ones deleted",
            steps: [.add(9_000), .claim(3_000), .delete(2_990, from: 0)],
            undelivered: 6_000,
            pending: 3_000
        ),
        Case(
            name: "many acknowledged, not deleted",
            steps: [.add(9_000), .claim(6_000), .acknowledge(6_000)],
            undelivered: 3_000
        ),
        Case(name: "many skipped", steps: [.destroyGroup, .add(9_000), .group("0"), .skip(6_000)], undelivered: 3_000),
    ]

    @Test(arguments: cases)
    func cases(_ entry: Case) async throws {
        let lane = try await TestLane()
        let stream = lane.keys.jobs(lane.lane)
        for step in entry.steps { try await perform(step, lane) }
        let flow = try #require(
            try await LaneFlowReader(connection: lane.connection, keys: lane.keys).read()[lane.lane]
        )
        #expect(flow.undelivered.isExact == entry.isExact)
        #expect(flow.undelivered.count == entry.undelivered)
        #expect(flow.pending == entry.pending)
        #expect(flow.entries == (try await lane.integer(RedisCommand("XLEN", stream))))
        #expect((flow.oldest == nil) == (flow.entries == 0))
    }

    @Test("A lane that is too long to be counted is not tried again at each look")
    func tooLong() async throws {
        let lane = try await TestLane()
        for step in [Step.add(70_000), .claim(1), .acknowledge(1)] { try await perform(step, lane) }
        let reader = LaneFlowReader(connection: lane.connection, keys: lane.keys)
        for isFirst in [true, false] {
            let before = try await calls(lane)
            let flow = try #require(try await reader.read()[lane.lane])
            #expect(!flow.undelivered.isExact)
            #expect((69_000...70_000).contains(flow.undelivered.count))
            let made = try await calls(lane) - before
            #expect(isFirst ? made > 200 : made < 20, "\(made) script calls")
        }
    }

    /// How many scripts the server has been asked for.
    private func calls(_ lane: TestLane) async throws -> Int {
        let text = try await lane.connection.execute(RedisCommand("INFO", "commandstats")).text
        let lines = String(decoding: try #require(text), as: UTF8.self).split(separator: "\r\n")
        guard let line = lines.first(where: { $0.hasPrefix("cmdstat_evalsha:calls=") }) else { return 0 }
        return try #require(Int(line.dropFirst("cmdstat_evalsha:calls=".count).prefix { $0.isNumber }))
    }

    private func perform(_ step: Step, _ lane: TestLane) async throws {
        let stream = lane.keys.jobs(lane.lane)
        let redis = lane.connection
        switch step {
        case .add(let count): try await LaneTraffic.add(count, to: stream, on: redis)
        case .group(let start):
            _ = try await redis.execute(RedisCommand("XGROUP", "CREATE", stream, JobKeys.group, start, "MKSTREAM"))
        case .skip(let count):
            let position = count == 0 ? "0" : try await ids(stream, redis)[count - 1]
            _ = try await redis.execute(RedisCommand("XGROUP", "SETID", stream, JobKeys.group, position))
        case .claim(let count): _ = try await LaneTraffic.claim(count, of: stream, as: "w", on: redis)
        case .finish(let count):
            try await LaneTraffic.finish(Array(try await ids(stream, redis).prefix(count)), of: stream, on: redis)
        case .acknowledge(let count):
            let ids = Array(try await ids(stream, redis).prefix(count))
            try await LaneTraffic.acknowledge(ids, of: stream, on: redis)
        case .delete(let count, let place):
            let ids = try await ids(stream, redis)
            try await LaneTraffic.delete(Array(ids[place..<(place + count)]), of: stream, on: redis)
        case .trim(let length):
            _ = try await redis.execute(RedisCommand("XTRIM", stream, "MAXLEN", "\(length)"))
        case .flush: _ = try await redis.execute(RedisCommand("FLUSHALL"))
        case .destroyGroup: _ = try await redis.execute(RedisCommand("XGROUP", "DESTROY", stream, JobKeys.group))
        }
    }

    private func ids(_ stream: String, _ redis: RedisConnection) async throws -> [String] {
        try LaneTraffic.ids(try await redis.execute(RedisCommand("XRANGE", stream, "-", "+")))
    }
}
