import Embeddings
import JobQueue
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@testable import Worker

/// The embedding stage with its caches and a Redis of its own.
@Reactor
final class CacheRig: StageRig {
    let server: RedisServer
    /// Of the test.
    let redis: RedisConnection
    let keys = JobKeys()
    let provider = ScriptedProvider()
    let told = StageRecorder()
    let log = LogRecorder()
    let cache: JobCache
    let stage: EmbeddingStage

    init(_ change: (inout CacheConfiguration) -> Void = { _ in }) async throws {
        server = try await RedisServer()
        redis = server.connection()
        var configuration = CacheConfiguration()
        change(&configuration)
        cache = JobCache(
            configuration: configuration,
            keys: keys,
            model: provider.model,
            dimensions: provider.dimensions,
            connection: server.connection(),
            writes: server.connection(),
            metrics: WorkerMetrics().cache
        )
        stage = EmbeddingStage(
            provider: provider,
            limits: EmbeddingLimits(),
            configuration: Self.configuration,
            cache: cache,
            allowance: ScriptedAllowance(),
            metrics: WorkerMetrics().embedding,
            logger: log.logger,
            delegate: told
        )
    }

    func runStage() async { await stage.run() }

    @discardableResult
    func submit(_ item: WorkItem) -> WorkItem {
        stage.submit(item)
        return item
    }

    @discardableResult
    func embed(_ text: String, lane: Lane = .embed) -> WorkItem { submit(.embedding(text, lane: lane)) }

    /// Where Redis keeps the text's vector.
    func key(_ text: String) -> String { Self.key(text, keys) }

    static func key(_ text: String, _ keys: JobKeys) -> String {
        let key = EmbeddingKeys(model: "test-model", dimensions: 2).key(of: ArraySlice(text.utf8))
        return String(decoding: keys.cachedEmbedding { key.append(to: &$0) }, as: UTF8.self)
    }

    /// Puts a vector into Redis, as another worker would have.
    func put(_ vector: [Float], for text: String) async throws {
        try await put(bytes: PackedVector.withBytes(of: vector[...]) { Array($0) }, for: text)
    }

    func put(bytes: [UInt8], for text: String) async throws {
        var command = RedisCommand()
        command.begin("SET", arguments: 2)
        command.append(key(text))
        command.append(bytes)
        _ = try await redis.execute(command)
    }

    /// What Redis keeps for the text.
    func kept(_ text: String) async throws -> [Float]? {
        let bytes = try await redis.execute(RedisCommand("GET", key(text))).text
        return bytes.flatMap { PackedVector.unpack($0, dimensions: 2) }
    }

    func until(_ what: String, _ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while !(try await condition()) {
            try #require(ContinuousClock.now < deadline, "not seen in time: \(what)")
            try await Task.sleep(for: .milliseconds(2))
        }
    }
}
