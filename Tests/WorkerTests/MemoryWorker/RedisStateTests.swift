import JobQueue
import Logging
import Memory
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@testable import Worker

/// States that a server passes through while the worker holds jobs: nothing is lost, nothing is done twice, and nobody
/// asks in a hot loop.
@Reactor
@Suite("MemoryWorker: Redis' states", .timeLimit(.minutes(1)))
struct RedisStateTests {
    enum State: String, CaseIterable, Sendable {
        /// As after a failover, on the server that was the primary.
        case readOnly = "READONLY"
        /// Its memory is full.
        case full = "OOM"
        /// A script takes long.
        case busy = "BUSY"
        /// A password is asked for, and the clients are cut off.
        case closed = "NOAUTH"
        /// All data are gone, the groups too.
        case emptied = "NOGROUP"
    }

    @Test("Passes", arguments: State.allCases)
    func passes(_ state: State) async throws {
        let fleet = try await Fleet()
        fleet.embeddings.turnstile.holds = { _ in true }
        let worker = try fleet.start { $0.commandTimeout = .seconds(1) }
        for number in 0..<20 { try await fleet.save("\(number)") }
        try await fleet.until("all are claimed") { try await fleet.pending(.save) == 20 }

        let leave = try await enter(state, fleet)
        let errors = try await fleet.errorReplies()
        fleet.embeddings.turnstile.holds = { _ in false }
        try await Task.sleep(for: .seconds(2))
        try await leave()
        let refused = try await fleet.errorReplies() - errors
        #expect(refused < 250, "\(refused) refusals in 2 s")

        for number in 0..<20 { #expect(try await fleet.result("\(number)").status == .ok) }
        try await fleet.save("afterwards")
        #expect(try await fleet.result("afterwards").status == .ok)
        try await fleet.drained()
        #expect(fleet.store.points(in: "c").count == 21)
        #expect(try await fleet.redis.streamLength(fleet.keys.dead) == 0)
        #expect(fleet.log.lines.count { $0.event == "redis_connection_failed" && $0.level == .error } < 10)
        try await worker.stop()
    }

    /// Returns what ends the state.
    private func enter(_ state: State, _ fleet: Fleet) async throws -> () async throws -> Void {
        let redis = fleet.redis
        switch state {
        case .readOnly:
            _ = try await redis.execute(RedisCommand("REPLICAOF", "127.0.0.1", "1"))
            return { _ = try await redis.execute(RedisCommand("REPLICAOF", "NO", "ONE")) }
        case .full:
            _ = try await redis.execute(RedisCommand("CONFIG", "SET", "maxmemory", "1"))
            return { _ = try await redis.execute(RedisCommand("CONFIG", "SET", "maxmemory", "0")) }
        case .busy:
            _ = try await redis.execute(RedisCommand("CONFIG", "SET", "busy-reply-threshold", "1"))
            let other = fleet.server.connection()
            let script = try other.begin(RedisCommand("EVAL", "while true do end", "0"), timeout: .seconds(30))
            try await Task.sleep(for: .milliseconds(50))
            return {
                _ = try await redis.execute(RedisCommand("SCRIPT", "KILL"))
                _ = try? await script.reply()
                other.close()
            }
        case .closed:
            _ = try await redis.execute(RedisCommand("CONFIG", "SET", "requirepass", "secret"))
            _ = try await redis.execute(RedisCommand("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"))
            return { _ = try await redis.execute(RedisCommand("CONFIG", "SET", "requirepass", "")) }
        case .emptied:
            _ = try await redis.execute(RedisCommand("FLUSHALL"))
            return {}
        }
    }
}

@Reactor
extension Fleet {
    /// Errors that the server has answered since it started; counted by the last look where it answers nothing else.
    fileprivate func errorReplies() async throws -> Int {
        guard let text = try? await redis.execute(RedisCommand("INFO", "stats")).text else { return 0 }
        let lines = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline)
        let line = try #require(lines.first { $0.hasPrefix("total_error_replies:") })
        return try #require(Int(line.split(separator: ":")[1]))
    }
}
