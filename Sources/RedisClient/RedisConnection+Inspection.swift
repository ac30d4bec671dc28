/// What a server says of itself and of its keys: for preflight checks, not for the path of a job.
extension RedisConnection {
    /// - Parameter section: `server`, `memory`, `persistence`, `replication`, …
    package func information(_ section: String) async throws(RedisError) -> ServerInformation {
        let reply = try await execute(RedisCommand("INFO", section))
        return ServerInformation(String(decoding: reply.text ?? [], as: UTF8.self))
    }

    /// One parameter of the server; nil where it has none of that name, or where this user may not ask, as is usual on
    /// managed servers.
    package func configurationValue(_ name: String) async throws(RedisError) -> String? {
        do throws(RedisError) {
            let values = try await stringPairs(RedisCommand("CONFIG", "GET", name))
            return values.first?.value
        } catch {
            guard error.code == .server, !error.isPassing else { throw error }
            return nil
        }
    }

    /// The server's clock, in microseconds since 1970.
    ///
    /// - Parameter timeout: from now to the reply; the configuration's `commandTimeout` when nil.
    package func time(timeout: Duration? = nil) async throws(RedisError) -> Int {
        var cursor = try await execute(RedisCommand("TIME"), timeout: timeout).cursor
        guard try cursor.array() == 2 else { throw RedisError(.unexpectedReply, "TIME answered no pair") }
        return try cursor.integer() &* 1_000_000 &+ cursor.integer()
    }

    /// The same in milliseconds, as due times and ages are counted.
    package func timeInMilliseconds() async throws(RedisError) -> Int { try await time() / 1_000 }

    /// `string`, `hash`, `stream`, …; `none` for a key that is not there.
    package func keyType(_ key: String) async throws(RedisError) -> String {
        String(decoding: try await execute(RedisCommand("TYPE", key)).text ?? [], as: UTF8.self)
    }

    /// All of a hash: for those that are known to be small.
    package func hash(_ key: String) async throws(RedisError) -> [(name: String, value: String)] {
        try await stringPairs(RedisCommand("HGETALL", key))
    }

    /// One step of a walk over all keys.
    ///
    /// - Parameters:
    ///   - position: `0` to begin, then what the step before returned.
    ///   - count: about how many keys the server looks at.
    /// - Returns: keys that match, and where to go on; `0` at the end.
    package func scan(
        from position: String,
        matching pattern: String,
        count: Int
    ) async throws(RedisError) -> (keys: [[UInt8]], next: String) {
        var cursor = try await execute(RedisCommand("SCAN", position, "MATCH", pattern, "COUNT", "\(count)")).cursor
        _ = try cursor.array()
        let next = try cursor.string().map { String(decoding: $0, as: UTF8.self) } ?? "0"
        var keys: [[UInt8]] = []
        for _ in 0..<(try cursor.array() ?? 0) {
            if let key = try cursor.string() { keys.append(Array(key)) }
        }
        return (keys, next)
    }

    private func stringPairs(_ command: RedisCommand) async throws(RedisError) -> [(name: String, value: String)] {
        try await execute(command).stringPairs()
    }
}

extension RedisReply {
    /// Names and values that follow each other, as `HGETALL` answers.
    package func stringPairs() throws(RedisError) -> [(name: String, value: String)] {
        if let error { throw error }
        var cursor = cursor
        var pairs: [(name: String, value: String)] = []
        for _ in 0..<(try cursor.array() ?? 0) / 2 {
            guard let name = try cursor.string(), let value = try cursor.string() else { continue }
            pairs.append((name: String(decoding: name, as: UTF8.self), value: String(decoding: value, as: UTF8.self)))
        }
        return pairs
    }
}
