import Embeddings
import Foundation
import HTTPTransport
import JSON
import JobQueue
import Memory
import Reactor
import RedisClient
import Settings
import VectorStore

extension Composition {
    func bootstrap(_ command: BootstrapCommand) async throws(CommandFailure) {
        let report = BootstrapReport(isJSON: command.output.isJSON)
        do throws(CommandFailure) {
            try await runSteps(command, report)
            report.finish()
        } catch {
            report.fail(error.message)
            throw error
        }
    }

    private func runSteps(_ command: BootstrapCommand, _ report: BootstrapReport) async throws(CommandFailure) {
        let connection = redisConnection()
        defer { connection.close() }
        let transport = try transport()
        defer { transport.shutdown() }
        let store = store(transport)
        let provider = embeddings(transport)

        report.begin("environment")
        let catalog = try catalog()
        report.succeed(environment(catalog))

        report.begin("connections")
        report.succeed(try await checkConnections(connection, store))

        report.begin("collections")
        if command.dryRun {
            report.succeed(try await differences(catalog, store))
            return
        }
        report.succeed(try await provision(catalog, store, connection))

        report.begin("embedding")
        let vector = try await testEmbedding(provider)
        report.succeed("\(provider.model) answers with \(vector.count) dimensions")

        report.begin("save and search")
        report.succeed(try await testDocument(catalog, store, provider))

        report.begin("statistics")
        let statistics = try await read(statisticsReader(connection, census(transport)))
        report.succeed(
            statistics.collections
                .map { "\($0.name) \($0.points.map(String.init) ?? "?")" }
                .joined(separator: ", ") + " points; \(statistics.memory.workers.count) workers"
        )

        report.begin("health")
        report.succeed(try await checkHealth(connection, store))
    }

    private func environment(_ catalog: CollectionCatalog) -> String {
        """
        Redis \(redis.endpoint), Qdrant \(settings.qdrant.url), \(settings.embeddings.model) \
        (\(settings.embeddings.dimensions) dimensions) at \(settings.embeddings.baseURL.string), \
        \(catalog.collections.count) collections
        """
    }

    private func checkConnections(
        _ connection: RedisConnection,
        _ store: QdrantStore
    ) async throws(CommandFailure) -> String {
        let redis = try await redisVersion(connection)
        do throws(VectorStoreError) {
            let qdrant = try await store.version()
            _ = try await store.collections()
            return "Redis \(redis), Qdrant \(qdrant)"
        } catch {
            throw CommandFailure(error)
        }
    }

    private func redisVersion(_ connection: RedisConnection) async throws(CommandFailure) -> String {
        do throws(RedisError) {
            let reply = try await connection.execute(RedisCommand("INFO", "server"))
            let text = String(decoding: reply.text ?? [], as: UTF8.self)
            let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("redis_version:") }
            return line.map { String($0.dropFirst("redis_version:".count)) } ?? "of unknown version"
        } catch {
            throw CommandFailure(error)
        }
    }

    private func differences(
        _ catalog: CollectionCatalog,
        _ store: QdrantStore
    ) async throws(CommandFailure) -> String {
        var lines: [String] = []
        for collection in catalog.collections {
            do throws(VectorStoreError) {
                for line in try await provisioner(store).differences(collection) {
                    lines.append("\(collection.name) \(line)")
                }
            } catch {
                throw CommandFailure(error)
            }
        }
        return lines.isEmpty ? "as declared; nothing would be made" : lines.joined(separator: "; ")
    }

    private func provision(
        _ catalog: CollectionCatalog,
        _ store: QdrantStore,
        _ connection: RedisConnection
    ) async throws(CommandFailure) -> String {
        var lines: [String] = []
        for collection in catalog.collections {
            do throws(VectorStoreError) {
                switch try await provisioner(store).provision(collection) {
                case .created(let indexes): lines.append("\(collection.name) created with \(indexes) indexes")
                case .present(_, indexesAdded: 0): lines.append("\(collection.name) present")
                case .present(_, let added): lines.append("\(collection.name) present, \(added) indexes added")
                }
            } catch {
                throw CommandFailure(error)
            }
        }
        do throws(RedisError) {
            for lane in Lane.allCases {
                try await connection.createGroup(JobKeys.group, stream: keys.jobs(lane), start: "0")
            }
            try await laneLimits.publish(on: connection, keys: keys)
        } catch {
            throw CommandFailure(error)
        }
        return lines.joined(separator: ", ")
    }

    private func testEmbedding(_ provider: OpenAIEmbeddings) async throws(CommandFailure) -> ArraySlice<Float> {
        try await embed([BootstrapDocument.content], provider)[0]
    }

    private func embed(
        _ texts: [String],
        _ provider: OpenAIEmbeddings
    ) async throws(CommandFailure) -> [ArraySlice<Float>] {
        do throws(EmbeddingError) {
            let batch = try await provider.embed(texts.map { ArraySlice($0.utf8) })
            return (0..<batch.count).map { batch[$0] }
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Saves a document under a tenant of its own, which no other search sees, finds it by another text, removes it.
    private func testDocument(
        _ catalog: CollectionCatalog,
        _ store: QdrantStore,
        _ provider: OpenAIEmbeddings
    ) async throws(CommandFailure) -> String {
        guard let collection = catalog.collections.first else { return "no collection is declared" }
        let vectors = try await embed([BootstrapDocument.content, BootstrapDocument.query], provider)
        let document = BootstrapDocument(collection: collection.name)
        do throws(VectorStoreError) {
            try await store.upsert([document.point(vectors[0], model: provider.model)], into: collection.name)
            let query = PointQuery(vector: vectors[1], filter: document.filter.bytes, limit: 1)
            let hits = try await store.query([query], in: collection.name)
            try await store.delete([document.id], from: collection.name)
            guard let hit = hits.first?.first, hit.id.elementsEqual("\"\(document.id.text)\"".utf8) else {
                throw VectorStoreError(.invalidResponse, "the test document was saved and is not found")
            }
            let similarity = String(decoding: hit.score, as: UTF8.self)
            return "the test document is found in \(collection.name) with similarity \(similarity)"
        } catch {
            throw CommandFailure(error)
        }
    }

    private func checkHealth(
        _ connection: RedisConnection,
        _ store: QdrantStore
    ) async throws(CommandFailure) -> String {
        _ = try await redisVersion(connection)
        do throws(VectorStoreError) {
            guard try await store.isReady() else {
                throw VectorStoreError(.passing, "Qdrant says that it is not ready")
            }
            return "Redis, Qdrant and the embedding provider are ready"
        } catch {
            throw CommandFailure(error)
        }
    }
}

extension CommandFailure {
    init(_ error: VectorStoreError) {
        let isConfiguration = error.code == .invalidKey || error.code == .misconfigured
        self.init(isConfiguration ? .configuration : .serviceUnavailable, "qdrant_unavailable: \(error)")
    }

    init(_ error: EmbeddingError) {
        let isConfiguration = error.code == .invalidKey || error.code == .misconfigured
        self.init(isConfiguration ? .configuration : .serviceUnavailable, "embedding_generation_failed: \(error)")
    }
}
