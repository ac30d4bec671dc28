internal import Reactor
package import RedisClient

/// A connection together with the server that it leads to, which runs as long as this is kept.
package struct HeldConnection: Sendable {
    package let server: RedisServer
    package let connection: RedisConnection
}

extension RedisServer {
    @Reactor
    package func connectionThatKeepsIt() -> HeldConnection {
        HeldConnection(server: self, connection: connection())
    }
}
