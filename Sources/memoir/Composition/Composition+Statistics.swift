import HTTPTransport
import JSON
import JobQueue
import Memory
import Reactor
import RedisClient
import Settings
import VectorStore

extension Composition {
    func statistics(_ command: StatsCommand) async throws(CommandFailure) {
        let connection = redisConnection()
        defer { connection.close() }
        let transport = try transport()
        defer { transport.shutdown() }
        let store = store(transport)
        while true {
            let report = try await report(connection, store)
            Output.line(command.output.isJSON ? report.json : report.text)
            guard let interval = command.interval else { return }
            do {
                try await Task.sleep(for: interval)
            } catch {
                return
            }
        }
    }

    /// Redis must answer; a store that does not is part of the report.
    func report(_ connection: RedisConnection, _ store: QdrantStore) async throws(CommandFailure) -> StatisticsReport {
        do throws(RedisError) {
            var report = StatisticsReport(try await MemoryStatistics.read(from: connection, keys: keys))
            for collection in settings.collections {
                report.collections.append(await state(of: collection.name, store))
            }
            return report
        } catch {
            throw CommandFailure(error)
        }
    }

    private func state(of collection: String, _ store: QdrantStore) async -> StatisticsReport.Collection {
        do throws(VectorStoreError) {
            let information = try await store.collection(collection)
            let count = try await store.count(collection, matching: nil)
            return .init(name: collection, points: count, status: information.status)
        } catch {
            let status = error.code == .noSuchCollection ? "missing: run memoir bootstrap" : "\(error)"
            return .init(name: collection, points: nil, status: status)
        }
    }
}
