import JobQueue
import MemoirClient
import Reactor
import RedisClient
import RedisServerFixture
import Testing

/// A Redis of a test's own, a client of it, and what looks at both.
struct Bench: Sendable {
    let server: RedisServer
    let redis: RedisConnection
    let client: MemoryClient
    let keys = JobKeys()

    /// - Parameter persistent: whether the server keeps what it holds when it is killed.
    init(
        persistent: Bool = false,
        _ change: (inout MemoryClient.Configuration) -> Void = { _ in }
    ) async throws {
        server =
            persistent
            ? try await RedisServer("--appendonly", "yes", "--appendfsync", "always") : try await RedisServer()
        redis = await server.connection()
        var configuration = MemoryClient.Configuration()
        configuration.endpoint = .unixSocket(path: server.socketPath)
        configuration.timeout = .seconds(20)
        change(&configuration)
        client = try await MemoryClient.connect(configuration)
    }

    /// Answers every job with the same result.
    func worker(answering result: String) async -> StubWorker {
        await StubWorker(on: server) { _ in StubWorker.ok(result) }
    }

    /// Answers every save with an id made of its text.
    func savingWorker() async -> StubWorker {
        await StubWorker(on: server) { job in StubWorker.ok(#"{"id":"id-\#(job["content"] ?? "")","deduped":false}"#) }
    }

    func until(_ what: String, _ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while !((try? await condition()) ?? false) {
            try #require(ContinuousClock.now < deadline, "not seen in time: \(what)")
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    func untilReading() async throws {
        try await until("the client reads its stream") {
            let clients = try await redis.string("CLIENT", "LIST")?.split(whereSeparator: \.isNewline) ?? []
            return clients.contains { $0.contains("name=memoir-client") && $0.contains("cmd=xread ") }
        }
    }

    func entries(_ lane: Lane) async throws -> Int { try await redis.streamLength(keys.jobs(lane)) }
}
