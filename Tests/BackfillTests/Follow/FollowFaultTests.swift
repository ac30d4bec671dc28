import Backfill
import JobQueue
import PostgresClient
import PostgresServerFixture
import Reactor
import RedisClient
import RedisServerFixture
import Testing

/// Everything that a follower needs is ended and comes back.
@Suite(.timeLimit(.minutes(2)))
@Reactor
struct FollowFaultTests {
    private func has(_ follower: Follower, _ code: String) -> Bool {
        follower.events.contains { if case .waiting(let reason) = $0 { reason.code == code } else { false } }
    }

    private func hasGoneOn(_ follower: Follower) -> Bool {
        follower.events.contains { if case .goesOn = $0 { true } else { false } }
    }

    @Test(arguments: [true, false])
    func postgresIsRestarted(_ isKilled: Bool) async throws {
        let postgres = try await PostgresServer()
        let stage = try await FollowStage(postgres: postgres)
        try await stage.install()
        stage.worker.start()
        let follower = try await stage.follow()
        try await stage.insert(1)
        #expect(await eventually { stage.worker.contents.count == 1 })
        if isKilled { postgres.kill() } else { postgres.stop() }
        #expect(await eventually { has(follower, "database_away") })
        try await postgres.start()
        #expect(await eventually { hasGoneOn(follower) })
        #expect(await eventually { (try? await stage.insert(2)) != nil })
        #expect(await eventually { stage.worker.contents.count == 2 })
        // Told once, however often it was tried.
        let waits = follower.events.count { if case .waiting = $0 { true } else { false } }
        #expect(waits == 1)
        #expect(await follower.stop() == nil)
        await stage.end()
    }

    /// What Redis had on disk is there again; what it had not is sent again.
    @Test(arguments: ["yes", "no"])
    func redisIsKilled(_ keepsAFile: String) async throws {
        let redis = try await RedisServer(on: .standard, "--appendonly", keepsAFile, "--appendfsync", "always")
        let stage = try await FollowStage(redis: redis)
        try await stage.install()
        let follower = try await stage.follow()
        try await stage.insert(1)
        #expect(try await eventually { try await stage.redis.integer("XLEN", stage.keys.jobs(.bulk)) == 1 })
        redis.kill()
        try await stage.insert(2)
        try await stage.run("UPDATE \(stage.table) SET body = 'new' WHERE id = 1")
        try await redis.start()
        stage.worker.start()
        #expect(await eventually { stage.worker.contents == ["a/c1": "new", "a/c2": "row 2"] })
        #expect(try await eventually { try await stage.outboxCount() == 0 })
        #expect(await follower.stop() == nil)
        await stage.end()
    }

    /// Redis comes back as it was a while ago, and jobs are gone with the count of them.
    @Test func redisComesBackOlder() async throws {
        let redis = try await RedisServer(on: .standard)
        let stage = try await FollowStage(redis: redis)
        try await stage.install()
        stage.worker.start()
        let follower = try await stage.follow()
        try await stage.insert(1)
        #expect(await eventually { stage.worker.contents.count == 1 })
        // Its jobs are counted.
        let tally = stage.keys.tally(FollowRun.runID(of: stage.table))
        #expect(try await eventually { try await stage.redis.string("HGET", tally, "ok") == "1" })
        await stage.worker.pause()
        _ = try await stage.redis.string("SAVE")
        try await stage.insert(2)
        #expect(try await eventually { try await stage.redis.integer("XLEN", stage.keys.jobs(.bulk)) == 1 })
        redis.kill()
        try await redis.start()
        #expect(await eventually { (try? await stage.redis.integer("XLEN", stage.keys.jobs(.bulk))) ?? 0 > 0 })
        #expect(follower.events.contains { if case .sendsAgain = $0 { true } else { false } })
        stage.worker.start()
        #expect(await eventually { stage.worker.contents == ["a/c1": "row 1", "a/c2": "row 2"] })
        #expect(await follower.stop() == nil)
        await stage.end()
    }

    /// After Redis has the page, and before the outbox is rid of it.
    @Test func aFollowerDiesBetweenTheSteps() async throws {
        let stage = try await FollowStage()
        try await stage.install()
        let first = try await stage.follow()
        try await stage.insert(1)
        try await stage.insert(2)
        #expect(try await eventually { try await stage.redis.integer("XLEN", stage.keys.jobs(.bulk)) == 2 })
        await first.die()
        #expect(try await stage.outboxCount() == 2)
        try await stage.run("DELETE FROM \(stage.table) WHERE id = 2")
        stage.worker.start()
        let second = try await stage.follow()
        #expect(await eventually { stage.worker.contents == ["a/c1": "row 1"] })
        #expect(try await eventually { try await stage.outboxCount() == 0 })
        #expect(stage.worker.contents == ["a/c1": "row 1"])
        #expect(await second.stop() == nil)
        await stage.end()
    }

    @Test func aSecondFollowerIsRefused() async throws {
        let stage = try await FollowStage()
        try await stage.install()
        let first = try await stage.follow()
        let error = await #expect(throws: BackfillError.self) { try await stage.follow() }
        #expect(error?.code == .owned)
        #expect(error?.message.contains("process \(ProcessID.current)") == true)
        #expect(await first.stop() == nil)
        // At once, where the first has left.
        let third = try await stage.follow()
        #expect(await third.stop() == nil)
        await stage.end()
    }

    /// Also where the database does not answer.
    @Test func stoppingIsPrompt() async throws {
        let postgres = try await PostgresServer()
        let stage = try await FollowStage(postgres: postgres)
        try await stage.install()
        stage.worker.start()
        let follower = try await stage.follow()
        try await stage.insert(1)
        #expect(await eventually { stage.worker.contents.count == 1 })
        postgres.pause()
        let began = ContinuousClock.now
        #expect(await follower.stop() == nil)
        #expect(began.duration(to: .now) < .seconds(5))
        postgres.resume()
        await stage.end()
    }
}
