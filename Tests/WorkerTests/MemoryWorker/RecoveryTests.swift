import JSON
import JobQueue
import Memory
import Reactor
import RedisClient
import RedisServerFixture
import Testing
import Worker

@Reactor
@Suite("MemoryWorker: Redis' faults", .timeLimit(.minutes(1)))
struct RecoveryTests {
    nonisolated static let kinds = ["readers", "all"]

    @Test("Connections killed under load: every job gets exactly one result", arguments: kinds)
    func killedConnections(_ kind: String) async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start { $0.slots[.embed] = 64 }
        for round in 0..<20 {
            try await fleet.add((0..<100).map { (.embed, "\(round)-\($0)", nil, ["content": "\(round)-\($0)"]) })
            if kind == "all" {
                _ = try await fleet.redis.integer("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            } else {
                for id in try await fleet.blockedClients() {
                    _ = try? await fleet.redis.integer("CLIENT", "KILL", "ID", id)
                }
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        try await fleet.drained()
        try await fleet.until("nothing is pending") { try await fleet.pending(.embed) == 0 }
        let answered = try await fleet.announcements()
        #expect(answered.count == 2_000)
        #expect(Set(answered.map(\.id)).count == 2_000)
        #expect(answered.allSatisfy { $0.status == "ok" })
        try await worker.stop()
        #expect(try await fleet.leakedKeys() == [])
    }

    @Test("After FLUSHALL under load the worker goes on by itself")
    func flushed() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start { $0.slots[.embed] = 16 }
        for round in 0..<5 {
            try await fleet.add((0..<200).map { (.embed, "lost\(round)-\($0)", nil, ["content": "\(round)-\($0)"]) })
            _ = try await fleet.redis.execute(RedisCommand("FLUSHALL"))
            try await fleet.add((0..<50).map { (.embed, "kept\(round)-\($0)", nil, ["content": "\(round)-\($0)"]) })
            for index in 0..<50 { #expect(try await fleet.result("kept\(round)-\(index)").status == .ok) }
        }
        try await fleet.drained()
        try await fleet.search("s")
        #expect(try await fleet.result("s").status == .ok)
        try await worker.stop()
        #expect(try await fleet.pending(.embed) == 0)
    }

    @Test("A worker that starts before Redis answers begins when it does")
    func redisPaused() async throws {
        let fleet = try await Fleet()
        try await fleet.embed("1")
        _ = try await fleet.redis.execute(RedisCommand("CLIENT", "PAUSE", "300", "ALL"))
        let worker = try fleet.start { $0.commandTimeout = .milliseconds(100) }
        #expect(try await fleet.result("1").status == .ok)
        try await worker.stop()
    }
}
