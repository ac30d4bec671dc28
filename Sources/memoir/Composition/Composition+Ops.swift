import JobQueue
import MemoirClient
import Memory
import Ops
import Prometheus
import Reactor
import RedisClient
import Settings
import Worker

extension Composition {
    /// - Parameters:
    ///   - worker: nil where jobs are not worked on here.
    ///   - registry: what `/metrics` shows.
    /// - Returns: nil where HTTP is switched off.
    func opsServer(_ worker: MemoryWorker?, _ registry: PrometheusRegistry) throws(CommandFailure) -> OpsServer? {
        guard settings.http.isEnabled else { return nil }
        let configuration = settings.mcp.isEnabled ? mcpConfiguration : opsConfiguration
        guard configuration.isLoopback || configuration.token != nil else {
            throw CommandFailure(
                .configuration,
                """
                http.host is \(configuration.host), which others can reach: set http.token (MEMOIR_HTTP_TOKEN), \
                or leave http.host at 127.0.0.1
                """
            )
        }
        // Of its own: what people look at waits for no job, and no job for that.
        let connection = redisConnection()
        let describe = describe(try transport())
        let reader = SystemStatisticsReader(
            connection: connection,
            keys: keys,
            census: CollectionCensus([], describe: describe),
            configuration: SystemStatisticsReader.Configuration(model: model, limits: spendingLimits)
        )
        let census = CollectionCensus(
            settings.collections.map(\.name),
            deadline: Self.describeTimeout,
            describe: describe
        )
        return OpsServer(
            configuration: configuration,
            services: OpsServices(
                health: { worker.map { HealthReport($0.health) } ?? .disabled },
                figures: { () async throws(OpsError) in
                    do throws(RedisError) {
                        return try await reader.read()
                    } catch {
                        throw OpsError(error)
                    }
                },
                collections: { await census.take() },
                registry: registry,
                connection: connection,
                keys: keys,
                limits: laneLimits,
                preflight: JobPreflight(
                    keys: keys,
                    catalog: try catalog(),
                    maximumTextBytes: settings.worker.maximumContentBytes,
                    maximumJSONBytes: settings.worker.maximumMetadataBytes
                ),
                connect: { () async throws(MemoryError) in try await memoryClient() },
                mcp: try mcpMount()
            ),
            logger: logger
        )
    }

    var opsConfiguration: OpsConfiguration {
        let http = settings.http
        var configuration = OpsConfiguration()
        configuration.host = http.host
        configuration.port = http.port
        configuration.token = http.token?.value
        configuration.maximumBodyBytes = http.maximumBodyBytes
        configuration.version = Version.text
        return configuration
    }
}

extension HealthReport {
    init(_ health: WorkerHealth) {
        let phase = health.phase.rawValue
        self.init([
            .of("redis", problem: health.redisProblem),
            .of("store", problem: health.storeProblem),
            .of("embeddings", problem: health.embeddingProblem),
            health.phase == .working ? .ok("worker") : .failed("worker", phase),
        ])
    }

    /// Of a deployment that is switched off: there is nothing that could be wrong.
    static let disabled = HealthReport([.ok("worker", "disabled: ENABLE_MEMORY is false, and no job is taken")])
}
