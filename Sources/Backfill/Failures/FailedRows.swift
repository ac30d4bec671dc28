package import JobQueue
package import Reactor
package import RedisClient

/// The rows of a run that failed.
@Reactor
package struct FailedRows {
    package let run: String
    package private(set) var keys: [RowKey] = []

    /// All that were kept, see `Runs.maximumFailures`.
    package static func read(
        of run: String,
        connection: RedisConnection,
        keys: JobKeys
    ) async throws(RedisError) -> FailedRows {
        var rows = FailedRows(run: run)
        var seen: Set<RowKey> = []
        var failures = RunFailures(of: run, connection: connection, keys: keys)
        while let page = try await failures.next() {
            let keys = page.compactMap { RowKey(source: $0.source) }
            rows.keys += keys.filter { seen.insert($0).inserted }
        }
        return rows
    }

    private init(run: String) {
        self.run = run
    }
}
