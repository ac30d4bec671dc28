/// What the calls to the embedding provider may use, all workers together, and what they cost.
package struct SpendingLimits: Sendable, Equatable {
    /// 0 for none: then what the provider says of its own counts, if it says anything. Defaults to 0.
    package var requestsPerMinute = 0
    /// 0 for none, as above. Defaults to 0.
    package var tokensPerMinute = 0
    /// Of a day in UTC, in 1e-9 US dollars; 0 for none. Defaults to 0.
    package var dailyBudget = 0
    /// Percent of the budget that calls with texts of the lane `bulk` may use: they stop there. Defaults to 80.
    package var bulkBudgetPercent = 80
    /// 1e-9 US dollars a million tokens. Defaults to 20,000,000, which are 2 cents.
    package var pricePerMillionTokens = 20_000_000

    package init() {}

    /// Part of the budget, in 1e-9 US dollars.
    package var bulkBudget: Int { dailyBudget / 100 * bulkBudgetPercent + dailyBudget % 100 * bulkBudgetPercent / 100 }

    /// Whether a call has to ask before it goes out, whatever the provider says.
    package var areSet: Bool { requestsPerMinute > 0 || tokensPerMinute > 0 || dailyBudget > 0 }

    /// In 1e-9 US dollars, rounded. What is more than any account holds is as much as one does.
    package func price(ofTokens tokens: Int) -> Int {
        guard Double(tokens) * Double(pricePerMillionTokens) < 1e6 * 0x1p62 else { return .max }
        let product = tokens.multipliedFullWidth(by: pricePerMillionTokens)
        let (quotient, remainder) = 1_000_000.dividingFullWidth(product)
        return remainder >= 500_000 ? quotient + 1 : quotient
    }
}
