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
        let reader = statisticsReader(connection, census(transport))
        let first = try await read(reader)
        guard let interval = command.interval else {
            let json = command.output.isJSON
            Output.line(json ? String(decoding: first.json(), as: UTF8.self) : StatisticsReport(statistics: first).text)
            return
        }
        var watch = StatisticsWatch(isJSON: command.output.isJSON)
        watch.show(first)
        await self.watch(reader, every: interval, with: &watch)
    }

    /// Until the process is ended, or nobody reads what it writes. A Redis that went away may come back; one that never was there is an error, before this.
    private func watch(
        _ reader: SystemStatisticsReader,
        every interval: Duration,
        with watch: inout StatisticsWatch
    ) async {
        let mask = LogMask(secrets: settings.secretTexts)
        while !watch.isOver {
            do {
                try await Task.sleep(for: interval)
            } catch {
                return
            }
            do throws(CommandFailure) {
                watch.show(try await read(reader))
            } catch {
                watch.failed(Terminal.harmless(mask.masked(error.message)))
            }
        }
    }

    func census(_ transport: HTTPTransport) -> CollectionCensus {
        CollectionCensus(
            settings.collections.map(\.name),
            deadline: Self.describeTimeout,
            describe: describe(transport)
        )
    }

    func statisticsReader(_ connection: RedisConnection, _ census: CollectionCensus) -> SystemStatisticsReader {
        SystemStatisticsReader(
            connection: connection,
            keys: keys,
            census: census,
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
