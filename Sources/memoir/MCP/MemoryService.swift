import MCP
import MemoryTools
import Reactor
import RedisClient

/// The tools that agents are offered, and what these hold of Redis.
struct MemoryService: Sendable {
    let server: MCPServer<MemoryCaller>
    let queue: ClientQueue
    let connection: RedisConnection

    /// Calls that wait end.
    func close() async {
        await queue.close()
        await connection.close()
    }
}
