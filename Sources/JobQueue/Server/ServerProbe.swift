package import Reactor
package import RedisClient

/// Knows what the server of a connection can do. It is asked once for each connection made, since a new one may lead to
/// another server: after a failover, or an upgrade.
@Reactor
package final class ServerProbe {
    private let connection: RedisConnection
    private let asking = SingleFlight<ServerCapabilities>()
    private var known: (capabilities: ServerCapabilities, epoch: Int)?

    package init(connection: RedisConnection) {
        self.connection = connection
    }

    /// Without a word to the server while its connection stands. By the time that the answer is used, the connection may
    /// be another: a command that is unknown after all is answered with an error, for which there is the way without it.
    package func capabilities() async throws(RedisError) -> ServerCapabilities {
        if let known, known.epoch == connection.epoch { return known.capabilities }
        return try await asking.run { () throws(RedisError) in
            let request = try self.connection.begin(ServerCapabilities.probe)
            let found = try ServerCapabilities(replies: try await request.replies())
            self.known = (found, request.epoch)
            return found
        }.value.get()
    }
}
