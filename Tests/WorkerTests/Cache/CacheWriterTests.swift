import JobQueue
import Logging
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@testable import Worker

@Reactor
@Suite("Writing to the caches", .timeLimit(.minutes(1)))
struct CacheWriterTests {
    private let room = CacheRoom(bounds: RedisRoom(percent: 80, bytes: 1 << 30))

    private func keep(_ count: Int, bytes: Int, _ writer: CacheWriter) {
        let value = [UInt8](repeating: 1, count: bytes)
        for number in 0..<count { writer.keep(.answer(value, key: Array("k\(number)".utf8))) }
    }

    private func writer(_ connection: RedisConnection) -> CacheWriter {
        CacheWriter(connection: connection, keys: JobKeys(), configuration: CacheConfiguration(), room: room)
    }

    /// Runs the writer beside the body, as a worker does: see `IdleWorkers`.
    private func run(_ writer: CacheWriter, _ body: () async throws -> Void) async throws {
        let running = Task(executorPreference: Reactor.loop) { await writer.run() }
        defer { running.cancel() }
        try await body()
    }

    @Test("What is on its way is written before the end, with an end of its own")
    func finish() async throws {
        let server = try await RedisServer()
        let redis = server.connection()
        let writer = self.writer(server.connection())
        try await run(writer) {
            keep(1, bytes: 10, writer)
            while try await redis.integer("DBSIZE") == 0 { try await Task.sleep(for: .milliseconds(1)) }
            keep(1_000, bytes: 1_000, writer)
            await writer.finish()
        }
        #expect(try await redis.integer("DBSIZE") == 1_000)
        #expect((1...60).contains(try await redis.integer("TTL", "k999")))
        #expect(writer.dropped == 0)
    }

    @Test("While nothing is answered, no more than the bound is kept; the rest is dropped and counted")
    func bounded() async throws {
        let server = try await RedisServer()
        let redis = server.connection()
        let writer = self.writer(server.connection())
        try await run(writer) {
            keep(1, bytes: 10, writer)
            while try await redis.integer("DBSIZE") == 0 { try await Task.sleep(for: .milliseconds(1)) }
            server.pause()
            keep(CacheWriter.maximumPending + 100, bytes: 10, writer)
            #expect(writer.dropped == 100)
            // A part of it is on its way, which leaves room for as much.
            try await Task.sleep(for: .milliseconds(50))
            keep(CacheWriter.maximumPending * 2, bytes: 10, writer)
            let dropped = writer.dropped
            #expect(dropped > 100)
            server.resume()
            while try await redis.integer("DBSIZE") < CacheWriter.maximumPending {
                try await Task.sleep(for: .milliseconds(1))
            }
            #expect(writer.dropped == dropped)
        }
        let large = self.writer(server.connection())
        keep(20, bytes: 1 << 20, large)
        #expect(large.dropped == 5)
    }

    @Test("A server that has no memory left refuses, and is left alone until somebody looks")
    func outOfMemory() async throws {
        let server = try await RedisServer()
        let redis = server.connection()
        _ = try await redis.execute(RedisCommand("CONFIG", "SET", "maxmemory", "1"))
        let writer = self.writer(server.connection())
        try await run(writer) {
            keep(5, bytes: 10, writer)
            while writer.dropped < 5 { try await Task.sleep(for: .milliseconds(1)) }
            #expect(room.isFull)
            keep(5, bytes: 10, writer)
        }
        #expect(writer.dropped == 10)
        #expect(try await redis.integer("DBSIZE") == 0)
    }

    @Test("Redis away: what could not be written is counted, and writing goes on when it is back")
    func away() async throws {
        let server = try await RedisServer()
        var configuration = server.configuration
        configuration.commandTimeout = .milliseconds(200)
        let connection = RedisConnection(configuration: configuration, logger: LogRecorder().logger)
        let writer = self.writer(connection)
        try await run(writer) {
            server.kill()
            keep(5, bytes: 10, writer)
            while writer.dropped < 5 { try await Task.sleep(for: .milliseconds(1)) }
            try await server.start()
            let redis = server.connection()
            while try await redis.integer("DBSIZE") == 0 {
                keep(1, bytes: 10, writer)
                try await Task.sleep(for: .milliseconds(5))
            }
        }
    }

    @Test(
        "Full by a share of maxmemory, or by bytes where there is none; room again a little below",
        arguments: [
            (79, 100, false, false), (81, 100, false, true), (80, 100, true, true), (75, 100, true, false),
            (50, 0, false, false), (51, 0, false, true), (49, 0, true, true), (47, 0, true, false),
        ]
    )
    func bounds(_ used: Int, _ maximum: Int, _ wasFull: Bool, _ isFull: Bool) {
        let room = RedisRoom(percent: 80, bytes: 50_000)
        #expect(room.isFull(used: used * 1_000, maximum: maximum * 1_000, wasFull: wasFull) == isFull)
    }

    @Test("The supervisor says once that there is no room, and once that there is again")
    func watch() async throws {
        let server = try await RedisServer()
        let redis = server.connection()
        let room = CacheRoom(bounds: RedisRoom(percent: 80, bytes: 1))
        let log = LogRecorder()
        let watch = CacheRoomWatch(
            connection: server.connection(),
            room: room,
            interval: .milliseconds(5),
            logger: log.logger
        )
        let running = Task { await watch.run() }
        defer { running.cancel() }
        while !room.isFull { try await Task.sleep(for: .milliseconds(1)) }
        try await Task.sleep(for: .milliseconds(50))
        _ = try await redis.execute(RedisCommand("CONFIG", "SET", "maxmemory", "1gb"))
        while room.isFull { try await Task.sleep(for: .milliseconds(1)) }
        try await Task.sleep(for: .milliseconds(50))
        #expect(log.notableEvents == ["cache_writes_stopped", "cache_writes_resumed"])
        _ = try await redis.execute(RedisCommand("ACL", "SETUSER", "default", "-info"))
        while !room.isFull { try await Task.sleep(for: .milliseconds(1)) }
        #expect(log.lines.last { $0.level == .warning }?.metadata["error"]?.contains("NOPERM") == true)
    }
}
