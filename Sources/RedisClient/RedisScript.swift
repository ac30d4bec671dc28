package import Reactor

/// A Lua script, sent by its digest; the server is given the source when it does not know it.
@Reactor
package final class RedisScript {
    private let source: String
    private var digest: String?

    package nonisolated init(_ source: String) {
        self.source = source
    }

    /// Runs the script. All keys must share one hash tag, so that a cluster can run it.
    ///
    /// - Parameter keysAndArguments: first `keyCount` keys, then the arguments.
    package func run(
        on connection: RedisConnection,
        keyCount: Int,
        _ keysAndArguments: RedisArguments
    ) async throws(RedisError) -> RedisReply {
        do throws(RedisError) {
            return try await connection.execute(call(try await load(on: connection), keyCount, keysAndArguments))
        } catch {
            guard error.serverCode == "NOSCRIPT" else { throw error }
            // Flushed, restarted or failed over: the script was not run.
            digest = nil
            return try await connection.execute(call(try await load(on: connection), keyCount, keysAndArguments))
        }
    }

    private func load(on connection: RedisConnection) async throws(RedisError) -> String {
        if let digest { return digest }
        let reply = try await connection.execute(RedisCommand("SCRIPT", "LOAD", source))
        guard let text = reply.text else { throw RedisError(.unexpectedReply, "SCRIPT LOAD answered no digest") }
        let loaded = String(decoding: text, as: UTF8.self)
        digest = loaded
        return loaded
    }

    private func call(_ digest: String, _ keyCount: Int, _ arguments: RedisArguments) -> RedisCommand {
        var command = RedisCommand(capacity: arguments.bytes.count + 128)
        command.begin("EVALSHA", arguments: 2 + arguments.count)
        command.append(digest)
        command.append(keyCount)
        command.append(arguments)
        return command
    }
}
