/// What was set aside for a call that goes out. It stands until the call is settled: where a worker dies in between, what
/// it set aside counts as used, in the buckets until they have refilled, in the budget until the day is over.
package struct Reservation: Sendable, Equatable {
    /// On whose page of the ledger the call is booked, whenever it comes back.
    package let day: UTCDay
    package let tokens: Int
    /// 1e-9 US dollars; 0 where there is no budget.
    package let nanodollars: Int

    package init(day: UTCDay, tokens: Int, nanodollars: Int) {
        self.day = day
        self.tokens = tokens
        self.nanodollars = nanodollars
    }
}
