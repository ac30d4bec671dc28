internal import Logging
internal import Reactor
package import RedisClient

extension RedisServer {
    /// Of a client on the unix socket that is patient and tries again soon.
    package var configuration: RedisConfiguration {
        var configuration = RedisConfiguration()
        configuration.endpoint = .unix(path: socketPath)
        configuration.backoff = Backoff(initial: .milliseconds(5), maximum: .milliseconds(50))
        configuration.commandTimeout = .seconds(10)
        return configuration
    }

    @Reactor
    package func connection() -> RedisConnection {
        RedisConnection(
            configuration: configuration,
            logger: Logger(label: "redis-test") { _ in SwiftLogNoOpLogHandler() }
        )
    }
}
