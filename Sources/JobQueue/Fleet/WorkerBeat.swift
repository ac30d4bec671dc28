package import Reactor
package import RedisClient

/// The hash by which a worker shows that it lives, and what it does.
@Reactor
package final class WorkerBeat {
    private let connection: RedisConnection
    private let keys: JobKeys
    private let worker: String
    private let script = RedisScript(BeatScript.source)

    package init(connection: RedisConnection, keys: JobKeys, worker: String) {
        self.connection = connection
        self.keys = keys
        self.worker = worker
    }

    /// - Parameter lifetime: after which the worker counts as gone unless it beats again.
    package func beat(_ figures: [(name: String, value: String)], lifetime: Duration) async throws(RedisError) {
        var arguments = RedisArguments(capacity: 1_024)
        arguments.append(keys.worker(worker))
        arguments.append(Int(lifetime / .milliseconds(1)))
        for (name, value) in figures {
            arguments.append(name)
            arguments.append(value)
        }
        _ = try await script.run(on: connection, keyCount: 1, arguments)
    }

    /// The worker leaves: its entries, if it left any, are taken over at once.
    package func leave() async throws(RedisError) {
        var command = RedisCommand()
        command.begin("DEL", arguments: 1)
        command.append(keys.worker(worker))
        ControlMessage.left(worker).append(to: &command, keys: keys)
        for reply in try await connection.pipeline(command) {
            if let error = reply.error { throw error }
        }
    }
}
