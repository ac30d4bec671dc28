package import JobQueue

/// What embedding has cost: today by account, and the days before in total. Days are UTC, by the clock of Redis.
package struct CostStatistics: Sendable, Equatable {
    package struct Day: Sendable, Equatable {
        package var day: UTCDay
        package var spent: Spent
    }

    package struct Account: Sendable, Equatable {
        package var name: String
        package var spent: Spent
    }

    package enum BudgetState: String, Sendable {
        /// Nothing is bounded.
        case unlimited
        case within
        /// Jobs of the lane `bulk` wait for the next day.
        case bulkStopped = "bulk_stopped"
        case exceeded
    }

    /// Accounts of one kind that are told of.
    static let maximumAccounts = 100

    package var today = Spent()
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
    /// 1e-9 US dollars a day; 0 for no bound.
    package var dailyBudget = 0
    package var budgetState = BudgetState.unlimited

    package init() {}

    /// - Parameter asked: what the last call was told that asked for leave; nil where none has asked today.
    init(_ ledger: CostLedger, days: [Day], limits: SpendingLimits, asked: ProviderState.Budget?) {
        today = ledger.total
        lanes = Self.dearest(ledger.lanes)
        collections = Self.dearest(ledger.collections)
        tenants = Self.dearest(ledger.tenants)
        isTruncated = ledger.isTruncated
        self.days = days
        dailyBudget = limits.dailyBudget
        guard dailyBudget > 0 else { return }
        let (sum, isTooMuch) = ledger.total.nanodollars.addingReportingOverflow(ledger.reserved)
        let used = isTooMuch ? Int.max : sum
        if asked == .exceeded || used >= dailyBudget {
            budgetState = .exceeded
        } else if asked == .bulkStopped || used >= limits.bulkBudget {
            budgetState = .bulkStopped
        } else {
            budgetState = .within
        }
    }

    /// Then those of most tokens; of equal ones the first by name.
    private static func dearest(_ accounts: [String: Spent]) -> [Account] {
        let sorted = accounts.map(Account.init).sorted { one, other in
            let (left, right) = (one.spent, other.spent)
            return (right.nanodollars, right.tokens, one.name) < (left.nanodollars, left.tokens, other.name)
        }
        return Array(sorted.prefix(maximumAccounts))
    }
}
