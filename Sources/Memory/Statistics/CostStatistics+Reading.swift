package import JobQueue
internal import Reactor
package import RedisClient

extension CostStatistics {
    /// Days that are told of, today included.
    private static let daysTold = 30

    /// - Parameter state: of the provider, as it was read.
    @Reactor
    package static func read(
        from connection: RedisConnection,
        keys: JobKeys,
        limits: SpendingLimits = SpendingLimits(),
        state: ProviderState = ProviderState()
    ) async throws(RedisError) -> CostStatistics {
        let today = UTCDay(milliseconds: try await connection.timeInMilliseconds())
        let days = (0..<daysTold).map { today.adding(-$0) }
        let totals = try await CostLedger.totals(days, from: connection, keys: keys)
        let ledger = try await CostLedger.read(today, from: connection, keys: keys)
        return CostStatistics(
            ledger,
            days: zip(days, totals).map(Day.init),
            limits: limits,
            asked: state.at.map(UTCDay.init(milliseconds:)) == today ? state.budget : nil
        )
    }
}
