/// Whether a call to the embedding provider may go out.
package enum SpendingVerdict: Sendable, Equatable {
    /// It may.
    ///
    /// - Reservation: nil where nothing limits calls, so that nobody was asked.
    case go(Reservation?)
    /// Not yet: others have used what a minute allows.
    ///
    /// - Duration: after which to ask again.
    case wait(Duration, ProviderRates)
    /// Not today: it does not fit what the budget leaves.
    ///
    /// - spent: 1e-9 US dollars, what is set aside for calls that are out included.
    case budgetExceeded(spent: Int)
}
