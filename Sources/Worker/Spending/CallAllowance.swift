internal import JobQueue
internal import Reactor

/// Says which calls to the embedding provider may go out, and is told how they ended.
@Reactor
protocol CallAllowance: AnyObject {
    var limits: SpendingLimits { get }
    /// What is known of the provider's rates.
    var rates: ProviderRates { get }

    /// - Parameters:
    ///   - tokens: of the call, as estimated.
    ///   - carriesBulk: whether any of its texts is of the lane `bulk`.
    /// - Returns: nil where it cannot be found out for now.
    func ask(tokens: Int, carriesBulk: Bool) async -> SpendingVerdict?

    /// Nobody waits until it is booked.
    func settle(_ settlement: Settlement)
}
