import JSON
import JobQueue
import Reactor
import RedisClient
import RedisServerFixture
import Testing
import VectorStore
import Worker

@Reactor
@Suite("MemoryWorker: statistics", .timeLimit(.minutes(1)))
struct StatisticsTests {
    @Test("A job that asks for the figures needs no field, no provider and no store")
    func answered() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        fleet.embeddings.turnstile.holds = { _ in true }
        try await fleet.embed("stuck")
        try await fleet.add(.stats, "s", [:])
        let answer = try await fleet.result("s")
        #expect(answer.status == .ok)
        #expect(answer.result["cache"]?["hit_rate_percent"] == .null)
        #expect(answer.result["collections"]?["c"]?["status"] == .string("unknown"))
        #expect(answer.result["provider"]?["model"] == .string("test-model"))
        #expect(answer.result["lanes"]?["embed"]?["entries"] == .integer(1))
        fleet.embeddings.turnstile.holds = { _ in false }
        #expect(try await fleet.result("stuck").status == .ok)
        try await worker.stop()
    }

    @Test("Many that ask at once are answered by few reads")
    func together() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        try await fleet.add(.stats, "first", [:])
        #expect(try await fleet.result("first").status == .ok)
        _ = try await fleet.redis.execute(RedisCommand("CONFIG", "RESETSTAT"))
        try await fleet.add((0..<200).map { (.stats, "s\($0)", nil, [:]) })
        for number in 0..<200 { #expect(try await fleet.result("s\(number)").status == .ok) }
        #expect((try await fleet.redis.commandCalls()["hscan"] ?? 0) < 50)
        try await worker.stop()
    }

    @Test("What no later read would mend is answered with an error")
    func refused() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        _ = try await fleet.redis.execute(RedisCommand("SET", fleet.keys.provider, "scribble"))
        try await fleet.add(.stats, "s", [:])
        let answer = try await fleet.result("s")
        #expect(answer.errorCode == "statistics_refused")
        try await worker.stop()
    }
}
