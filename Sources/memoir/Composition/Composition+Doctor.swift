import Doctor
import HTTPTransport
import Memory
import Reactor
import RedisClient
import Settings

extension Composition {
    func examine(_ command: DoctorCommand, _ loaded: LoadedSettings) async throws(CommandFailure) {
        let connection = redisConnection()
        defer { connection.close() }
        let transport = try transport()
        defer { transport.shutdown() }
        var configuration = try doctorConfiguration(loaded)
        configuration.isOffline = command.offline
        let doctor = Doctor(
            configuration: configuration,
            redis: connection,
            store: store(transport),
            provider: embeddings(transport)
        )
        let report = DoctorReport(await doctor.examine())
        Output.line(command.output.isJSON ? report.json : report.text)
        let failures = report.count(.failure)
        guard failures == 0 else {
            throw CommandFailure(.jobFailed, "doctor found \(failures) failure\(failures == 1 ? "" : "s")")
        }
    }

    private func doctorConfiguration(_ loaded: LoadedSettings) throws(CommandFailure) -> DoctorConfiguration {
        DoctorConfiguration(
            redis: redis,
            keys: keys,
            qdrantURL: settings.qdrant.address.url.description,
            hasQdrantKey: settings.qdrant.apiKey != nil,
            collections: try catalog().collections,
            dimensions: settings.embeddings.dimensions,
            drainDeadline: settings.worker.drainDeadline,
            fixedWorkerID: hasFixedWorkerID(loaded) ? settings.worker.id : nil,
            secrets: [
                settings.redis.password, settings.qdrant.apiKey, settings.qdrant.address.url.password,
                settings.embeddings.apiKey, settings.embeddings.baseURL.password, settings.database.url,
            ]
            .compactMap { $0?.value }
        )
    }

    private func hasFixedWorkerID(_ loaded: LoadedSettings) -> Bool {
        SettingKey.byName["worker.id"].map(loaded.isSet) ?? false
    }
}
