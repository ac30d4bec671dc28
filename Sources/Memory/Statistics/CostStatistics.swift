/// What embedding has cost: today by account, and the days before in total. Days are UTC, by the clock of Redis.
package struct CostStatistics: Sendable, Equatable {
    package struct Day: Sendable, Equatable {
        /// `2026-01-31`
        package var name: String
        package var figures: CostFigures
    }

    package struct Account: Sendable, Equatable {
        package var name: String
        package var figures: CostFigures
    }

    package enum BudgetState: String, Sendable {
        /// Nothing is bounded.
        case unlimited
        case within
        case exceeded
    }

    package var today = CostFigures()
    /// Of today, the dearest first.
    package var lanes: [Account] = []
    /// `-` stands for jobs without a collection.
    package var collections: [Account] = []
    /// `-` stands for jobs without a tenant.
    package var tenants: [Account] = []
    /// Whether there are accounts that were not looked at.
    package var isTruncated = false
    /// Today first. Days without cost are among them.
    package var days: [Day] = []
    /// US dollars a day; nil for no bound.
    package var dailyBudget: Double?

    package var budgetState: BudgetState {
        guard let dailyBudget else { return .unlimited }
        return today.dollars < dailyBudget ? .within : .exceeded
    }

    package init() {}
}
