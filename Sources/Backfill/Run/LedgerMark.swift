package import JobQueue
internal import Reactor
package import RedisClient

/// What the jobs of a collection had cost when a run began: what they cost later, less this, is about the run's own. Others'
/// jobs in the same collection are among it.
package struct LedgerMark: Sendable, Equatable {
    private let day: UTCDay
    private let spent: Spent

    @Reactor
    package static func now(
        of collection: String,
        connection: RedisConnection,
        keys: JobKeys
    ) async throws(RedisError) -> LedgerMark {
        let day = UTCDay(milliseconds: try await connection.timeInMilliseconds())
        let spent = try await CostLedger.spent(on: collection, from: day, to: day, connection: connection, keys: keys)
        return LedgerMark(day: day, spent: spent)
    }

    private init(day: UTCDay, spent: Spent) {
        self.day = day
        self.spent = spent
    }

    /// From the fields of a run's state; nil where they do not tell.
    init?(_ fields: [String: String]) {
        guard let day = fields["ledger_day"].flatMap({ Int($0) }),
            let tokens = fields["ledger_tokens"].flatMap({ Int($0) }),
            let nanodollars = fields["ledger_nanodollars"].flatMap({ Int($0) })
        else { return nil }
        self.day = UTCDay(number: day)
        spent = Spent(tokens: tokens, nanodollars: nanodollars)
    }

    package var fields: [(name: String, value: String)] {
        [
            ("ledger_day", "\(day.number)"), ("ledger_tokens", "\(spent.tokens)"),
            ("ledger_nanodollars", "\(spent.nanodollars)"),
        ]
    }

    /// What was spent since then.
    ///
    /// - Parameter now: milliseconds since 1970.
    @Reactor
    func spentSince(
        on collection: String,
        now: Int,
        connection: RedisConnection,
        keys: JobKeys
    ) async throws(RedisError) -> Spent {
        var sum = try await CostLedger.spent(
            on: collection,
            from: day,
            to: UTCDay(milliseconds: now),
            connection: connection,
            keys: keys
        )
        sum.tokens -= spent.tokens
        sum.nanodollars -= spent.nanodollars
        return sum
    }
}
