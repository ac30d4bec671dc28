import Embeddings
import Foundation
import HTTPTransport
import JobQueue
import Logging
import Memory
import Reactor
import RedisClient
import Settings
import VectorStore
import Worker

/// The only place where concrete types meet: makes the clients and services that a command needs from the settings, runs
/// the command with them, prints its result and stops them again.
///
/// Every command's method throws `CommandFailure` with the exit code that fits.
@Reactor
struct Composition {
    let settings: Settings
    let logger = Logger(label: "memoir")

    nonisolated init(settings: Settings) {
        self.settings = settings
    }

    var keys: JobKeys {
        JobKeys(prefix: settings.redis.prefix, partition: settings.redis.partition)
    }

    var redis: RedisConfiguration {
        var configuration = RedisConfiguration()
        if let path = settings.redis.socketPath {
            configuration.endpoint = .unix(path: path)
        } else {
            let port = UInt16(exactly: settings.redis.port) ?? 6379
            configuration.endpoint = .tcp(host: settings.redis.host ?? "127.0.0.1", port: port)
        }
        configuration.username = settings.redis.username
        configuration.password = settings.redis.password?.value
        configuration.database = settings.redis.database
        configuration.connectTimeout = settings.redis.connectTimeout
        configuration.commandTimeout = settings.redis.commandTimeout
        configuration.maximumCommandsInFlight = settings.redis.maximumInFlightCommands
        return configuration
    }

    func redisConnection() -> RedisConnection {
        RedisConnection(configuration: redis, logger: logger)
    }

    func transport() throws(CommandFailure) -> HTTPTransport {
        do throws(HTTPTransportError) {
            return try HTTPTransport(logger: logger)
        } catch {
            throw CommandFailure(.configuration, "\(error)")
        }
    }

    var embeddingLimits: EmbeddingLimits {
        EmbeddingLimits(
            maximumInputs: settings.embeddings.maximumInputs,
            maximumTokens: settings.embeddings.maximumTokens,
            maximumTokensPerInput: settings.embeddings.maximumInputTokens,
            maximumBodyBytes: settings.embeddings.maximumBytes
        )
    }

    func embeddings(_ transport: HTTPTransport) -> OpenAIEmbeddings {
        let sendsDimensions: Bool? =
            switch settings.embeddings.sendDimensions {
            case .auto: nil
            case .always: true
            case .never: false
            }
        let configuration = OpenAIConfiguration(
            apiKey: settings.embeddings.apiKey?.value,
            baseURL: settings.embeddings.baseURL.string,
            model: settings.embeddings.model,
            dimensions: settings.embeddings.dimensions,
            sendsDimensions: sendsDimensions,
            timeout: settings.embeddings.timeout,
            limits: embeddingLimits
        )
        return OpenAIEmbeddings(configuration, client: transport)
    }

    func store(_ transport: HTTPTransport) -> QdrantStore {
        let configuration = QdrantConfiguration(
            url: settings.qdrant.url,
            apiKey: settings.qdrant.apiKey?.value,
            timeout: settings.qdrant.timeout,
            maximumPointsPerUpsert: settings.qdrant.upsertBatch
        )
        return QdrantStore(configuration, client: transport)
    }

    func catalog() throws(CommandFailure) -> CollectionCatalog {
        do throws(InvalidCollection) {
            var collections: [CollectionDefinition] = []
            for collection in settings.collections { collections.append(try CollectionDefinition(collection)) }
            return try CollectionCatalog(collections)
        } catch {
            throw CommandFailure(.configuration, "\(error)")
        }
    }

    func provisioner(_ store: QdrantStore) -> CollectionProvisioner {
        CollectionProvisioner(store: store, dimensions: settings.embeddings.dimensions)
    }
}

extension CollectionDefinition {
    fileprivate init(_ settings: CollectionSettings) throws(InvalidCollection) {
        try self.init(
            name: settings.name,
            description: settings.description,
            distance: Distance(rawValue: settings.distance.rawValue) ?? .cosine,
            fields: settings.fields.map { field in
                CollectionField(
                    name: field.name,
                    kind: CollectionField.Kind(rawValue: field.kind.rawValue) ?? .string,
                    index: field.filter.flatMap { CollectionField.Index(rawValue: $0.rawValue) }
                )
            }
        )
    }
}
