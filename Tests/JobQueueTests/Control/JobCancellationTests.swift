import JobQueue
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(2)))
struct JobCancellationTests {
    @Test(arguments: RedisBinary.available) @Reactor
    func aFinishedJobIsNotMarked(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        let cancellation = JobCancellation(connection: lane.connection, keys: lane.keys)
        try await lane.ask("SET", "memory:{0}:result:a", #"{"status":"ok"}"#)
        let result = try #require(try await cancellation.mark("a"))
        #expect(String(decoding: result, as: UTF8.self) == #"{"status":"ok"}"#)
        #expect(try await lane.ask("EXISTS", lane.keys.cancelled, lane.keys.control).integer == 0)
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func aMarkStaysForADayAndIsTold(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        let cancellation = JobCancellation(connection: lane.connection, keys: lane.keys)
        let before = try await lane.connection.timeInMilliseconds()
        for _ in 0..<2 { #expect(try await cancellation.mark("a") == nil) }
        let score = try #require(Int(try await lane.ask("ZSCORE", lane.keys.cancelled, "a").string))
        #expect((86_400_000...86_460_000).contains(score - before))
        #expect(try await lane.ask("ZCARD", lane.keys.cancelled).integer == 1)
        #expect(try await lane.control() == Array(repeating: ["command": "cancel", "id": "a"], count: 2))
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func marksAreBounded(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        let cancellation = JobCancellation(connection: lane.connection, keys: lane.keys)
        let fill = """
            redis.call('ZADD', KEYS[1], 5, 'forgotten')
            for i = 1, 100000 do redis.call('ZADD', KEYS[1], 90000000000000 + i, 'job-' .. i) end
            """
        try await lane.ask("EVAL", fill, "1", lane.keys.cancelled)
        try await lane.ask("ZADD", lane.keys.cancelled, "90000000200000", "newest")
        #expect(try await cancellation.mark("a") == nil)
        #expect(try await lane.ask("ZCARD", lane.keys.cancelled).integer == 100_000)
        #expect(try await lane.ask("ZSCORE", lane.keys.cancelled, "forgotten").text == nil)
        #expect(try await lane.ask("ZSCORE", lane.keys.cancelled, "newest").text != nil)
    }

    static let ids = ["a", "a*", "a?", "[a]", #"a\"#, "a-b", "a^", "ä 東京", "a\nb", "*"]

    /// Beside jobs whose ids a pattern could take for it.
    @Test(arguments: ids)
    @Reactor func aDelayedJobGoesToItsLaneAtOnce(id: String) async throws {
        let lane = try await TestLane()
        for each in Self.ids + ["aa", "b"] { try await lane.delay(each) }
        let cancellation = JobCancellation(connection: lane.connection, keys: lane.keys)
        #expect(try await cancellation.releaseDelayed(id) == 1)
        #expect(try await lane.entries(lane.keys.jobs(.bulk)) == [["v": "1", "id": id, "own": "1"]])
        #expect(try await lane.ask("ZCARD", lane.keys.delayed).integer == Self.ids.count + 1)
        #expect(try await cancellation.releaseDelayed(id) == 0)
        #expect(try await lane.entries(lane.keys.jobs(.bulk)).count == 1)
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func aJobIsFoundAmongManyPages(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        let fill = """
            for i = 1, 20000 do
                local member = 'job-' .. i .. '\\n' .. cmsgpack.pack({'save', '1-1', {'id', 'job-' .. i}})
                redis.call('ZADD', KEYS[1], i, member)
            end
            """
        try await lane.ask("EVAL", fill, "1", lane.keys.delayed)
        try await lane.delay("wanted", lane: "search", own: "1")
        try await lane.delay("wanted", lane: "embed", own: "2")
        let cancellation = JobCancellation(connection: lane.connection, keys: lane.keys)
        #expect(try await cancellation.releaseDelayed("wanted") == 2)
        #expect(try await lane.entries(lane.keys.jobs(.search)).count == 1)
        #expect(try await lane.entries(lane.keys.jobs(.embed)).count == 1)
        #expect(try await lane.ask("ZCARD", lane.keys.delayed).integer == 20_000)
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func twoWhoReleaseAtOncePutItOnce(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        let ids = (0..<50).map { "job-\($0)" }
        for id in ids { try await lane.delay(id) }
        let cancellation = JobCancellation(connection: lane.connection, keys: lane.keys)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for id in ids + ids {
                group.addTask(executorPreference: Reactor.loop) { try await cancellation.releaseDelayed(id) }
            }
            var released = 0
            for try await count in group { released += count }
            #expect(released == 50)
        }
        #expect(try await lane.connection.streamLength(lane.keys.jobs(.bulk)) == 50)
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func aDelayedJobOfAnUnknownLaneStays(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        try await lane.delay("a", lane: "slow")
        let cancellation = JobCancellation(connection: lane.connection, keys: lane.keys)
        let error = await #expect(throws: RedisError.self) { try await cancellation.releaseDelayed("a") }
        #expect(error?.message.contains("slow") == true)
        #expect(try await lane.ask("ZCARD", lane.keys.delayed).integer == 1)
    }

    /// When Redis is full is when an operator wants to stop something.
    @Test(arguments: RedisBinary.available) @Reactor
    func operatorsAreHeardWhenRedisIsFull(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        try await lane.delay("a")
        try await lane.ask("CONFIG", "SET", "maxmemory", "1")
        let cancellation = JobCancellation(connection: lane.connection, keys: lane.keys)
        #expect(try await cancellation.mark("a") == nil)
        #expect(try await cancellation.releaseDelayed("a") == 1)
        let control = LaneControl(connection: lane.connection, keys: lane.keys)
        #expect(Set(try await control.pause([.bulk]).keys) == [.bulk])
        #expect(try await control.resume([.bulk]).isEmpty)
    }
}
