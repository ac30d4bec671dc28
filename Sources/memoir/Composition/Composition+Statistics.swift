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
                show(StatisticsReport(statistics: statistics).text, again: command.interval != nil)
            }
            guard let interval = command.interval else { return }
            do {
                try await Task.sleep(for: interval)
            } catch {
                return
            }
        }
    }

    /// One picture that changes in place on a terminal; elsewhere one after another, each with its time.
    private func show(_ text: String, again isWatching: Bool) {
        guard isWatching else { return Output.line(text) }
        let time = "\(LogTime.now)"
        guard let columns = Terminal.width, let rows = Terminal.height else { return Output.line("\(time)\n\(text)\n") }
        let lines = ([time] + text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
            .prefix(max(1, rows - 1))
            .map { StyledLine($0).fitted(to: columns).text }
        // From the top left corner; what was there before is gone.
        Output.line("\u{1B}[H\u{1B}[2J" + lines.joined(separator: "\n"))
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
