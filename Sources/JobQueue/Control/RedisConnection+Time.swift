internal import Reactor
package import RedisClient

extension RedisConnection {
    /// Milliseconds since 1970 by the server's clock, which due times and ages are counted by.
    package func serverTime() async throws(RedisError) -> Int {
        var cursor = try await execute(RedisCommand("TIME")).cursor
        _ = try cursor.array()
        let seconds = try cursor.integer()
        return try seconds * 1_000 + cursor.integer() / 1_000
    }
}
