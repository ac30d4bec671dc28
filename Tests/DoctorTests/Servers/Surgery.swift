import Embeddings
import HTTPTransport
import JobQueue
import Logging
import Memory
import Reactor
import RedisClient
import RedisServerFixture
import VectorStore

@testable import Doctor

/// A Redis of its own and a doctor for it, whose Qdrant nobody can reach.
@Reactor
struct Surgery {
    let server: RedisServer
    let connection: RedisConnection
    var configuration: DoctorConfiguration
    let keys = JobKeys()

    init(_ server: RedisServer, url: String? = nil) throws {
        self.server = server
        var redis = try RedisConfiguration(url: url ?? "redis://127.0.0.1:\(server.port)")
        redis.commandTimeout = .seconds(2)
        connection = RedisConnection(
            configuration: redis,
            logger: Logger(label: "doctor-test") { _ in SwiftLogNoOpLogHandler() }
        )
        configuration = DoctorConfiguration(
            redis: redis,
            keys: keys,
            qdrantURL: "http://qdrant.example:6333",
            hasQdrantKey: false,
            collections: [],
            dimensions: 4,
            drainDeadline: .seconds(20),
            fixedWorkerID: nil,
            secrets: [redis.password].compactMap { $0 }
        )
    }

    func examine() async -> [Diagnosis] {
        let doctor = Doctor(
            configuration: configuration,
            redis: connection,
            store: QdrantStore(QdrantConfiguration(), client: AbsentServer()),
            provider: OpenAIEmbeddings(OpenAIConfiguration(apiKey: nil), client: AbsentServer())
        )
        return await doctor.examine()
    }

    @discardableResult
    func run(_ name: StaticString, _ arguments: String...) async throws -> RedisReply {
        var command = RedisCommand()
        command.begin(name, arguments: arguments.count)
        for argument in arguments { command.append(argument) }
        return try await connection.execute(command)
    }
}

/// Nobody listens there.
struct AbsentServer: HTTPClient {
    func perform(_ request: HTTPRequest) async throws(HTTPTransportError) -> HTTPResponse {
        throw HTTPTransportError(.closed, "connection refused", url: request.url)
    }
}

extension [Diagnosis] {
    func findings(_ check: String) -> [Finding] { first { $0.name == check }?.findings ?? [] }

    func severities(_ check: String) -> [Severity] { findings(check).map(\.severity) }
}
