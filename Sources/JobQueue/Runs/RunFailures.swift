package import Reactor
package import RedisClient

/// The failures of a run, read page by page. However many there are, a page of them is held at once.
@Reactor
package struct RunFailures {
    private static let pageCount = 200

    private let connection: RedisConnection
    private let key: String
    /// Nil at the end.
    private var position: String? = "0"

    package init(of run: String, connection: RedisConnection, keys: JobKeys) {
        self.connection = connection
        key = keys.failures(run)
    }

    /// How many there are: those that were kept, see `Runs.maximumFailures`.
    package func count() async throws(RedisError) -> Int {
        try await connection.execute(RedisCommand("HLEN", key)).integer ?? 0
    }

    /// The next page, which may be empty; nil after the last. What is there all the time is seen at least once, in no
    /// order; what comes or goes meanwhile may be seen.
    package mutating func next() async throws(RedisError) -> [RunFailure]? {
        guard let position else { return nil }
        let command = RedisCommand("HSCAN", key, position, "COUNT", "\(Self.pageCount)")
        var cursor = try await connection.execute(command).cursor
        _ = try cursor.array()
        let next = try cursor.scalarText() ?? "0"
        self.position = next == "0" ? nil : next
        var failures: [RunFailure] = []
        for _ in 0..<(try cursor.array() ?? 0) / 2 {
            guard let source = try cursor.string(), let json = try cursor.string() else { continue }
            failures.append(RunFailure(source: source, json: json))
        }
        return failures
    }

    /// Forgets failures, as what they are of is tried again.
    ///
    /// - Returns: how many of them were there.
    package func remove(_ sources: [String]) async throws(RedisError) -> Int {
        guard !sources.isEmpty else { return 0 }
        var command = RedisCommand(capacity: 64 + 64 * sources.count)
        command.begin("HDEL", arguments: 1 + sources.count)
        command.append(key)
        for source in sources { command.append(source) }
        return try await connection.execute(command).integer ?? 0
    }
}
