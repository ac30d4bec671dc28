internal import Reactor
package import RedisClient

/// What a day's embedding calls have cost, by lane, collection and tenant.
///
/// A text that several jobs wanted is on the account of the first of them. Tokens and dollars of all lanes are those of the
/// day, and so are those of all collections and of all tenants; a request counts for each of them that had a text in it.
package struct CostLedger: Sendable, Equatable {
    package let day: UTCDay
    package private(set) var total = Spent()
    /// 1e-9 US dollars that are set aside for calls that are out, or were when their worker died.
    package private(set) var reserved = 0
    /// By name. `-` are those of no job: a call that finds out whether the provider works.
    package private(set) var lanes: [String: Spent] = [:]
    /// By name; `-` for jobs without a collection.
    package private(set) var collections: [String: Spent] = [:]
    /// By name; `-` for jobs without a tenant, `*` for those beyond the ledger's bound.
    package private(set) var tenants: [String: Spent] = [:]
    /// Whether there are accounts that were not looked at.
    package private(set) var isTruncated = false

    package init(day: UTCDay) {
        self.day = day
    }

    /// Fields that are looked at: three for each account, and those of a full page of tenants fit.
    private static let maximumFields = 40_000
    /// Fields that the server looks at in one step.
    private static let fieldsAtOnce = 3_000

    /// - Returns: an empty one for a day without calls, or one that is 90 days past.
    @Reactor
    package static func read(
        _ day: UTCDay,
        from connection: RedisConnection,
        keys: JobKeys
    ) async throws(RedisError) -> CostLedger {
        var ledger = CostLedger(day: day)
        var position = "0"
        var looked = 0
        repeat {
            let command = RedisCommand("HSCAN", keys.cost(day), position, "COUNT", "\(fieldsAtOnce)")
            var cursor = try await connection.execute(command).cursor
            _ = try cursor.array()
            position = try cursor.scalarText() ?? "0"
            let count = (try cursor.array() ?? 0) / 2
            for _ in 0..<count {
                guard let name = try cursor.scalarText(), let value = try cursor.scalarText() else { continue }
                if let value = Int(value) { ledger.take(name, value) }
            }
            // A step that finds nothing counts too.
            looked += max(count, 1)
        } while position != "0" && looked < maximumFields
        ledger.isTruncated = position != "0"
        return ledger
    }

    /// What each of the days has cost in all, in one round trip.
    @Reactor
    package static func totals(
        _ days: [UTCDay],
        from connection: RedisConnection,
        keys: JobKeys
    ) async throws(RedisError) -> [Spent] {
        var command = RedisCommand(capacity: 128 * days.count)
        for day in days {
            command.begin("HMGET", arguments: 4)
            command.append(keys.cost(day))
            for name in ["tokens", "requests", "nanodollars"] { command.append(name) }
        }
        var totals: [Spent] = []
        for reply in try await connection.pipeline(command) {
            if let error = reply.error { throw error }
            var cursor = reply.cursor
            _ = try cursor.array()
            var figures: [Int] = []
            for _ in 0..<3 { figures.append(try cursor.scalarText().flatMap { Int($0) } ?? 0) }
            totals.append(Spent(tokens: figures[0], requests: figures[1], nanodollars: figures[2]))
        }
        return totals
    }

    /// - Parameter field: `tokens`, or `tokens:tenant:<name>`, whose name may hold colons.
    private mutating func take(_ field: String, _ value: Int) {
        if field == "reserved_nanodollars" { reserved = value }
        let parts = field.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard let amount = Self.amounts[parts[0]] else { return }
        guard parts.count == 3 else {
            total[keyPath: amount] = value
            return
        }
        let name = String(parts[2])
        switch parts[1] {
        case "lane": lanes[name, default: Spent()][keyPath: amount] = value
        case "collection": collections[name, default: Spent()][keyPath: amount] = value
        case "tenant": tenants[name, default: Spent()][keyPath: amount] = value
        default: break
        }
    }

    private static let amounts: [Substring: any WritableKeyPath<Spent, Int> & Sendable] = [
        "tokens": \.tokens, "requests": \.requests, "nanodollars": \.nanodollars,
    ]
}
