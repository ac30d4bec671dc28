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

    package init(day: UTCDay) {
        self.day = day
    }

    /// - Returns: an empty one for a day without calls, or one that is 90 days past.
    @Reactor
    package static func read(
        _ day: UTCDay,
        from connection: RedisConnection,
        keys: JobKeys
    ) async throws(RedisError) -> CostLedger {
        var ledger = CostLedger(day: day)
        for (name, value) in try await connection.hash(keys.cost(day)) {
            if let value = Int(value) { ledger.take(name, value) }
        }
        return ledger
    }

    /// Today's and those of the days before, the latest first. Which day is today says Redis.
    ///
    /// - Parameter days: today included.
    @Reactor
    package static func readLatest(
        days: Int,
        from connection: RedisConnection,
        keys: JobKeys
    ) async throws(RedisError) -> [CostLedger] {
        let today = UTCDay(milliseconds: try await connection.timeInMilliseconds())
        var ledgers: [CostLedger] = []
        for age in 0..<max(0, days) {
            ledgers.append(try await read(today.adding(-age), from: connection, keys: keys))
        }
        return ledgers
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
