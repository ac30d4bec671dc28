import RedisClient

@testable import Doctor

/// Command lines for a server whose address is easily told from others.
enum TestCommands {
    static let cli: RedisCommandLine = {
        var configuration = RedisConfiguration()
        configuration.endpoint = .tcp(host: "redis.example", port: 6380)
        return RedisCommandLine(configuration)
    }()

    static let curl = QdrantCommandLine(url: "http://qdrant.example:6333", hasKey: true)
}
