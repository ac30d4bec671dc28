import JobQueue
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(2)))
struct LaneControlTests {
    @Test(arguments: RedisBinary.available) @Reactor
    func aLaneIsPausedUntilItIsResumed(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        let control = LaneControl(connection: lane.connection, keys: lane.keys)
        let before = try await lane.connection.timeInMilliseconds()
        let paused = try await control.pause([.bulk])
        let since = try #require(paused[.bulk])
        #expect(paused.count == 1)
        #expect((before...before + 60_000).contains(since))
        #expect(try await control.paused() == paused)
        #expect(try await lane.control() == [["command": "pause", "lane": "bulk"]])

        #expect(try await control.resume([.bulk]).isEmpty)
        #expect(try await control.paused().isEmpty)
        #expect(try await lane.control().last == ["command": "resume", "lane": "bulk"])
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func sayingItTwiceChangesNothingAndTellsAgain(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        let control = LaneControl(connection: lane.connection, keys: lane.keys)
        let first = try await control.pause([.save])
        try await Task.sleep(for: .milliseconds(5))
        let second = try await control.pause([.save, .bulk])
        #expect(second[.save] == first[.save])
        #expect(second.count == 2)
        #expect(try await control.resume([.embed]) == second)
        _ = try await control.resume([.save])
        #expect(Set(try await control.resume([.save]).keys) == [.bulk])
        #expect(
            try await lane.control().map { "\($0["command"] ?? "") \($0["lane"] ?? "")" }
                == ["pause save", "pause save", "pause bulk", "resume embed", "resume save", "resume save"]
        )
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func allLanesAtOnceAndAStreamThatDoesNotGrow(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        let control = LaneControl(connection: lane.connection, keys: lane.keys)
        #expect(Set(try await control.pause(Lane.allCases).keys) == Set(Lane.allCases))
        for _ in 0..<400 { _ = try await control.resume(Lane.allCases) }
        #expect(try await lane.connection.streamLength(lane.keys.control) < 1_300)
    }
}
