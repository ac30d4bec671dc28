package import JobQueue
internal import Reactor
package import RedisClient

extension CostStatistics {
    /// Days that are told of, today included.
    static let days = 30
    /// Accounts of one kind that are told of.
    static let maximumAccounts = 100
    /// Fields of today's ledger that are looked at: three for each account.
    private static let maximumFields = 30_000
    /// Fields that the server looks at in one step.
    private static let fieldsAtOnce = 3_000
    private static let millisecondsPerDay = 86_400_000

    @Reactor
    package static func read(
        from connection: RedisConnection,
        keys: JobKeys,
        dailyBudget: Double? = nil
    ) async throws(RedisError) -> CostStatistics {
        var statistics = CostStatistics()
        statistics.dailyBudget = dailyBudget
        let now = try await connection.timeInMilliseconds()
        let names = (0..<days).map { day(now - $0 * millisecondsPerDay) }
        var command = RedisCommand(capacity: 4_096)
        for name in names {
            command.begin("HMGET", arguments: 1 + CostFigures.names.count)
            command.append(keys.cost(name))
            for name in CostFigures.names { command.append(name) }
        }
        for (name, reply) in zip(names, try await connection.pipeline(command)) {
            if let error = reply.error { throw error }
            statistics.days.append(Day(name: name, figures: try figures(reply)))
        }
        statistics.today = statistics.days.first?.figures ?? CostFigures()
        try await statistics.readAccounts(from: connection, key: keys.cost(names[0]))
        return statistics
    }

    /// `2026-01-31`
    ///
    /// - Parameter milliseconds: since 1970.
    private static func day(_ milliseconds: Int) -> String {
        var text: [UInt8] = []
        RFC3339.append(milliseconds: Int64(milliseconds), to: &text)
        return String(decoding: text.prefix(10), as: UTF8.self)
    }

    private static func figures(_ reply: RedisReply) throws(RedisError) -> CostFigures {
        var figures = CostFigures()
        var cursor = reply.cursor
        guard try cursor.array() == CostFigures.names.count else { return figures }
        for name in CostFigures.names {
            guard let text = try cursor.scalarText(), let value = Int(text) else { continue }
            figures.set(name[...], value)
        }
        return figures
    }

    @Reactor
    private mutating func readAccounts(from connection: RedisConnection, key: String) async throws(RedisError) {
        var ledger = CostLedgerFields()
        var position = "0"
        var looked = 0
        repeat {
            let command = RedisCommand("HSCAN", key, position, "COUNT", "\(Self.fieldsAtOnce)")
            var cursor = try await connection.execute(command).cursor
            _ = try cursor.array()
            position = try cursor.scalarText() ?? "0"
            let count = (try cursor.array() ?? 0) / 2
            for _ in 0..<count {
                guard let name = try cursor.scalarText(), let value = try cursor.scalarText() else { continue }
                ledger.add(name, value)
            }
            // A step that finds nothing counts too.
            looked += max(count, 1)
        } while position != "0" && looked < Self.maximumFields
        isTruncated = position != "0"
        lanes = ledger.dearest("lane", Self.maximumAccounts)
        collections = ledger.dearest("collection", Self.maximumAccounts)
        tenants = ledger.dearest("tenant", Self.maximumAccounts)
    }
}
