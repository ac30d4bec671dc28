internal import Reactor
package import RedisClient

extension CostLedger {
    /// What jobs of one collection have cost from one day to another, both included.
    @Reactor
    package static func spent(
        on collection: String,
        from first: UTCDay,
        to last: UTCDay,
        connection: RedisConnection,
        keys: JobKeys
    ) async throws(RedisError) -> Spent {
        // The ledger is kept for 90 days.
        let days = (max(first.number, last.number - 90)...max(first.number, last.number)).map(UTCDay.init(number:))
        var command = RedisCommand(capacity: 256 * days.count)
        for day in days {
            command.begin("HMGET", arguments: 4)
            command.append(keys.cost(day))
            for name in ["tokens", "requests", "nanodollars"] { command.append("\(name):collection:\(collection)") }
        }
        var sum = Spent()
        for reply in try await connection.pipeline(command) {
            if let error = reply.error { throw error }
            var cursor = reply.cursor
            _ = try cursor.array()
            var figures: [Int] = []
            for _ in 0..<3 { figures.append(try cursor.scalarText().flatMap { Int($0) } ?? 0) }
            sum += Spent(tokens: figures[0], requests: figures[1], nanodollars: figures[2])
        }
        return sum
    }
}
