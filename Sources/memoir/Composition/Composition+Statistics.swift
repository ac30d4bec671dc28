import HTTPTransport
import Memory
import Reactor
import RedisClient
import Settings
import VectorStore

extension Composition {
    /// A store that is slower than this is not waited for.
    static let describeTimeout = Duration.seconds(2)

    func statistics(_ command: StatsCommand) async throws(CommandFailure) {
        let connection = redisConnection()
        defer { connection.close() }
        let transport = try transport()
        defer { transport.shutdown() }
        let reader = statisticsReader(connection, transport)
        while true {
            let statistics = try await read(reader)
            if command.output.isJSON {
                Output.line(String(decoding: statistics.json(), as: UTF8.self))
            } else {
                Output.line(StatisticsReport(statistics: statistics).text)
            }
            guard let interval = command.interval else { return }
            do {
                try await Task.sleep(for: interval)
            } catch {
                return
            }
        }
    }

    func statisticsReader(_ connection: RedisConnection, _ transport: HTTPTransport) -> SystemStatisticsReader {
        SystemStatisticsReader(
            connection: connection,
            keys: keys,
            census: CollectionCensus(
                settings.collections.map(\.name),
                deadline: Self.describeTimeout,
                describe: describe(transport)
            ),
            configuration: SystemStatisticsReader.Configuration(model: model, limits: spendingLimits)
        )
    }

    var model: SystemStatistics.Model {
        SystemStatistics.Model(name: settings.embeddings.model, dimensions: settings.embeddings.dimensions)
    }

    func read(_ reader: SystemStatisticsReader) async throws(CommandFailure) -> SystemStatistics {
        do throws(RedisError) {
            return try await reader.read()
        } catch {
            throw CommandFailure(error)
        }
    }

    /// What the store says of a collection, its points counted exactly.
    func describe(_ transport: HTTPTransport) -> CollectionCensus.Describe {
        let store = store(transport)
        return { name throws(VectorStoreError) in
            var information = try await store.collection(name)
            information.pointCount = try await store.count(name, matching: nil)
            return information
        }
    }
}
