internal import Reactor
internal import RedisClient

/// A hash whose fields are lanes and whose values are numbers. What is neither is passed over: people write there, too.
enum LaneTable {
    @Reactor
    static func read(_ key: String, on connection: RedisConnection) async throws(RedisError) -> [Lane: Int] {
        try read(try await connection.execute(RedisCommand("HGETALL", key)))
    }

    static func read(_ reply: RedisReply) throws(RedisError) -> [Lane: Int] {
        var cursor = reply.cursor
        var table: [Lane: Int] = [:]
        for _ in 0..<(try cursor.array() ?? 0) / 2 {
            guard let name = try cursor.string(), let value = try cursor.string() else { continue }
            guard let lane = Lane(rawValue: String(decoding: name, as: UTF8.self)) else { continue }
            table[lane] = Int(String(decoding: value, as: UTF8.self))
        }
        return table
    }
}
