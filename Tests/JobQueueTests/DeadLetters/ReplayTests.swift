import Reactor
import RedisClient
import RedisServerFixture
import Testing

@testable import JobQueue

@Suite(.timeLimit(.minutes(2)))
struct ReplayTests {
    @Test(arguments: RedisBinary.available) @Reactor
    func theJobGoesBackAsItCame(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        try await lane.bury("a", lane: "bulk", ("deadline", "7"), ("_enqueued_at", "5"), ("own", ""))
        try await lane.ask("SET", "memory:{0}:result:a", "old", "EX", "100")
        try await lane.ask("SET", "memory:{0}:result:b", "another's", "EX", "100")
        let letters = DeadLetters(connection: lane.connection, keys: lane.keys)
        #expect(try await letters.replay(try await lane.letters()) == DeadLetters.Replayed(replayed: 1))
        #expect(
            try await lane.entries(lane.keys.jobs(.bulk)) == [
                [
                    "v": "1", "id": "a", "type": "save", "collection": "notes", "content": "text", "deadline": "7",
                    "own": "",
                ]
            ]
        )
        #expect(try await lane.result("a") == nil)
        #expect(try await lane.result("b") == "another's")
        #expect(try await letters.count() == 0)
    }

    /// As when the answer to the first call was lost.
    @Test(arguments: RedisBinary.available) @Reactor
    func aSecondCallSendsNothingAgain(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        for number in 0..<5 { try await lane.bury("\(number)") }
        let page = try await lane.letters()
        let letters = DeadLetters(connection: lane.connection, keys: lane.keys)
        _ = try await letters.purge([page[2]])
        #expect(try await letters.replay(page) == DeadLetters.Replayed(replayed: 4, gone: 1))
        try await lane.ask("SET", "memory:{0}:result:1", "new", "EX", "100")
        #expect(try await letters.replay(page) == DeadLetters.Replayed(replayed: 0, gone: 5))
        #expect(try await lane.entries(lane.keys.jobs(.save)).map { $0["id"] } == ["0", "1", "3", "4"])
        #expect(try await lane.result("1") == "new", "the new result is not an old one")
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func twoOperatorsSendEachJobOnce(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        for number in 0..<300 { try await lane.bury("\(number)") }
        let page = try await lane.letters()
        let letters = DeadLetters(connection: lane.connection, keys: lane.keys)
        let parts = stride(from: 0, to: 300, by: 10).map { Array(page[$0..<$0 + 10]) }
        try await withThrowingTaskGroup(of: DeadLetters.Replayed.self) { group in
            for part in (parts + parts).shuffled() {
                group.addTask(executorPreference: Reactor.loop) { try await letters.replay(part) }
            }
            var replayed = 0
            for try await outcome in group { replayed += outcome.replayed }
            #expect(replayed == 300)
        }
        let ids = try await lane.entries(lane.keys.jobs(.save)).compactMap { $0["id"] }
        #expect(ids.count == 300 && Set(ids).count == 300)
        #expect(try await letters.count() == 0)
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func aFullLaneStopsItAndLosesNothing(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        for number in 0..<4 { try await lane.bury("s\(number)", lane: "save") }
        try await lane.bury("b", lane: "bulk")
        try await lane.ask("HSET", lane.keys.limits, "save", "3")
        try await lane.enqueue("there")
        let letters = DeadLetters(connection: lane.connection, keys: lane.keys)
        let outcome = try await letters.replay(try await lane.letters())
        #expect(outcome.replayed == 2 && outcome.gone == 0)
        #expect(outcome.full == QueueFull(lane: .save, length: 3, bound: 3))
        #expect(try await lane.letters().map { $0.text("id") } == ["s2", "s3", "b"])
        try await lane.ask("HSET", lane.keys.limits, "save", "30")
        #expect(try await letters.replay(try await lane.letters()).replayed == 3)
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func theProducersBoundHoldsWhereNoneIsPublished(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        for number in 0..<4 { try await lane.bury("\(number)") }
        var limits = LaneLimits()
        limits.save = 3
        let letters = DeadLetters(connection: lane.connection, keys: lane.keys, limits: limits)
        #expect(try await letters.replay(try await lane.letters()).replayed == 3)
    }

    static let refusals: [(field: (String, String), lane: String, reason: String?)] = [
        (("own", "1"), "save", nil),
        (("_cut", ""), "save", nil),
        (("_cut", "content,metadata"), "save", "content,metadata"),
        (("own", "1"), "slow", "lane"),
        // Buried before letters said which of their values are cut.
        (("own", String(repeating: "x", count: 65_536)), "save", "own"),
        (("own", String(repeating: "x", count: 65_535)), "save", nil),
    ]

    @Test(arguments: refusals)
    @Reactor func aJobThatLacksAPartIsRefused(
        field: (String, String),
        lane name: String,
        reason: String?
    ) async throws {
        let lane = try await TestLane()
        try await lane.bury("a", lane: name, field)
        let letter = try #require(try await lane.letters().first)
        if let reason {
            #expect(letter.refusal?.contains(reason) == true)
        } else {
            #expect(letter.refusal == nil)
        }
    }

    /// They would fail again, and be told so again.
    @Test(arguments: RedisBinary.available) @Reactor
    func jobsWithoutAnIdGoBackToo(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        try await lane.bury(nil)
        let letters = DeadLetters(connection: lane.connection, keys: lane.keys)
        #expect(try await letters.replay(try await lane.letters()).replayed == 1)
        #expect(try await lane.entries(lane.keys.jobs(.save)).first?["content"] == "text")
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func aFullServerKeepsTheLetters(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        for number in 0..<3 { try await lane.bury("\(number)") }
        let page = try await lane.letters()
        try await lane.ask("CONFIG", "SET", "maxmemory", "1")
        let letters = DeadLetters(connection: lane.connection, keys: lane.keys)
        let error = await #expect(throws: RedisError.self) { try await letters.replay(page) }
        #expect(error?.serverCode == "OOM")
        try await lane.ask("CONFIG", "SET", "maxmemory", "0")
        #expect(try await letters.count() == 3)
        #expect(try await lane.connection.streamLength(lane.keys.jobs(.save)) == 0)
        #expect(try await letters.replay(page).replayed == 3)
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func purgingRemovesWhatIsNamed(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        for number in 0..<5 { try await lane.bury("\(number)") }
        let page = try await lane.letters()
        let letters = DeadLetters(connection: lane.connection, keys: lane.keys)
        #expect(try await letters.purge(Array(page[1...2])) == 2)
        #expect(try await letters.purge(Array(page[1...3])) == 1)
        #expect(try await letters.purge([]) == 0)
        #expect(try await lane.letters().map { $0.text("id") } == ["0", "4"])
    }
}
