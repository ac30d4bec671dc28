/// Stream commands, typed. Names and arguments as in https://redis.io/docs/latest/commands/.
extension RedisConnection {
    /// Creates the group, and the stream where there is none.
    ///
    /// - Parameter start: entries after this id are the group's; `0` for all that are there.
    /// - Returns: false when the group exists already.
    @discardableResult
    package func createGroup(_ group: String, stream: String, start: String) async throws(RedisError) -> Bool {
        do throws(RedisError) {
            _ = try await execute(RedisCommand("XGROUP", "CREATE", stream, group, start, "MKSTREAM"))
            return true
        } catch {
            guard error.serverCode == "BUSYGROUP" else { throw error }
            return false
        }
    }

    /// Makes `consumer` a member of the group before it reads: since Redis 7.2 reading does so, before that only a read
    /// that brings entries.
    package func createConsumer(_ consumer: String, group: String, stream: String) async throws(RedisError) {
        _ = try await execute(RedisCommand("XGROUP", "CREATECONSUMER", stream, group, consumer))
    }

    /// Asks for entries as `consumer`; the reply is awaited later. Blocking reads need a connection of their own.
    ///
    /// - Parameters:
    ///   - after: `>` for entries never delivered, or an id: this consumer's pending entries after it.
    ///   - block: how long the server waits for an entry; nil not to wait. The reply's deadline is extended by it.
    package func beginReadGroup(
        _ group: String,
        consumer: String,
        stream: String,
        after: String = ">",
        count: Int,
        block: Duration? = nil,
        commandTimeout: Duration
    ) throws(RedisError) -> RedisRequest {
        var command = RedisCommand(capacity: 256)
        command.begin("XREADGROUP", arguments: block == nil ? 8 : 10)
        command.append("GROUP")
        command.append(group)
        command.append(consumer)
        command.append("COUNT")
        command.append(count)
        if let block {
            command.append("BLOCK")
            // Rounded up: 0 would mean for ever.
            command.append(max(1, Int((block / .milliseconds(1)).rounded(.up))))
        }
        command.append("STREAMS")
        command.append(stream)
        command.append(after)
        return try begin(command, timeout: (block ?? .zero) + commandTimeout, atOnce: true)
    }

    package func streamLength(_ stream: String) async throws(RedisError) -> Int {
        var cursor = try await execute(RedisCommand("XLEN", stream)).cursor
        return try cursor.integer()
    }

    /// Entries delivered to consumers of the group and not acknowledged; nil when there is no such group or stream.
    package func pendingCount(_ group: String, stream: String) async throws(RedisError) -> Int? {
        do throws(RedisError) {
            var cursor = try await execute(RedisCommand("XPENDING", stream, group)).cursor
            _ = try cursor.array()
            return try cursor.integer()
        } catch {
            guard error.serverCode == "NOGROUP" else { throw error }
            return nil
        }
    }
}
