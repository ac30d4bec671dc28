package import JobQueue
package import Reactor
package import RedisClient

/// The rows of a run that failed.
@Reactor
package struct FailedRows {
    package let run: String
    /// Those whose primary key is known: they can be read again.
    package private(set) var keys: [RowKey] = []
    /// The others, such as rows with a null in their primary key.
    package private(set) var others: [RunFailure] = []

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
            for failure in page {
                if let key = RowKey(source: failure.source) {
                    if seen.insert(key).inserted { rows.keys.append(key) }
                } else if !rows.others.contains(where: { $0.source == failure.source }) {
                    rows.others.append(failure)
                }
            }
        }
        return rows
    }

    private init(run: String) {
        self.run = run
    }
}
