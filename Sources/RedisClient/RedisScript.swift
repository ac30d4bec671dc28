package import Reactor

/// A Lua script, sent by its digest; the server is given the source when it does not know it.
@Reactor
package final class RedisScript {
    /// A server may be replaced while it is given the source, though not again and again.
    private static let maximumAttempts = 3

    private let source: String
    /// Of the source, as the first server computed it; it is the same on all.
    private var digest: String?
    /// How often a server was given the source.
    private var loads = 0
    private let loading = SingleFlight<Void>()

    package nonisolated init(_ source: String) {
        self.source = source
    }

    /// Runs the script. All keys must share one hash tag, so that a cluster can run it.
    ///
    /// Of any number of calls that meet a server without the script (restarted, flushed, failed over), one gives it the
    /// source and the others wait.
    ///
    /// - Parameters:
    ///   - keysAndArguments: first `keyCount` keys, then the arguments.
    ///   - timeout: from now to the reply; the configuration's `commandTimeout` when nil.
    package func run(
        on connection: RedisConnection,
        keyCount: Int,
        _ keysAndArguments: RedisArguments,
        timeout: Duration? = nil
    ) async throws(RedisError) -> RedisReply {
        var lastError = RedisError(server: "NOSCRIPT")
        for _ in 0..<Self.maximumAttempts {
            if digest == nil { try await load(on: connection, timeout).value.get() }
            let loadsBefore = loads
            do throws(RedisError) {
                return try await connection.execute(call(digest ?? "", keyCount, keysAndArguments), timeout: timeout)
            } catch {
                // The script was not run.
                guard error.serverCode == "NOSCRIPT" else { throw error }
                lastError = error
                if loads == loadsBefore { try await load(on: connection, timeout).value.get() }
            }
        }
        throw lastError
    }

    private func load(on connection: RedisConnection, _ timeout: Duration?) -> SingleFlight<Void>.Run {
        let source = source
        return loading.run { () throws(RedisError) in
            let reply = try await connection.execute(RedisCommand("SCRIPT", "LOAD", source), timeout: timeout)
            guard let text = reply.text else { throw RedisError(.unexpectedReply, "SCRIPT LOAD answered no digest") }
            self.digest = String(decoding: text, as: UTF8.self)
            self.loads += 1
        }
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
