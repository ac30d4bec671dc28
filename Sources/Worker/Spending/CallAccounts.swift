internal import Embeddings
internal import JobQueue
internal import Reactor

/// On whose account a call is. A text that several jobs want is on that of the first.
@Reactor
struct CallAccounts {
    private struct Account: Hashable {
        let lane: Lane
        let collection: String
        let tenant: ArraySlice<UInt8>?
    }

    /// Estimated tokens of each, in the order in which they came.
    private var estimates: [(account: Account, tokens: Int)] = []
    private var indices: [Account: Int] = [:]

    init(_ entries: [TextEntry]) {
        var last = -1
        for entry in entries {
            guard let item = entry.items.first else { continue }
            let account = Account(lane: item.job.lane, collection: item.collection, tenant: item.job.tenant)
            // Texts that follow each other are often on the same account.
            if last < 0 || estimates[last].account != account { last = index(of: account) }
            estimates[last].tokens += entry.size.estimatedTokens
        }
    }

    /// Tokens of all, as estimated.
    var tokens: Int { estimates.reduce(0) { $0 + $1.tokens } }

    /// What of the call's tokens, and of their price, is on whose account: those of each kind add up to the whole.
    ///
    /// - Parameter tokens: of the whole call.
    func shares(ofTokens tokens: Int, _ limits: SpendingLimits) -> [SpendingLabel: Spent] {
        let whole = max(1, self.tokens)
        var shares: [SpendingLabel: Spent] = [:]
        var before = 0
        var (tokensBefore, priceBefore) = (0, 0)
        for (account, estimate) in estimates {
            let after = before + estimate
            let tokensAfter = after == whole ? tokens : tokens * after / whole
            let priceAfter = limits.price(ofTokens: tokensAfter)
            let share = Spent(tokens: tokensAfter - tokensBefore, nanodollars: priceAfter - priceBefore)
            for label in Self.labels(account) { shares[label, default: Spent(requests: 1)] += share }
            (before, tokensBefore, priceBefore) = (after, tokensAfter, priceAfter)
        }
        return shares
    }

    /// Of a call that no job sent.
    static func sharesOfNone(_ spent: Spent) -> [SpendingLabel: Spent] {
        let name = SpendingLabel.none
        return [.lane(name): spent, .collection(name): spent, .tenant(name): spent]
    }

    private static func labels(_ account: Account) -> [SpendingLabel] {
        let collection = account.collection.isEmpty ? SpendingLabel.none : account.collection
        let tenant = account.tenant.map { String(decoding: $0, as: UTF8.self) } ?? SpendingLabel.none
        return [.lane(account.lane.rawValue), .collection(collection), .tenant(tenant)]
    }

    private mutating func index(of account: Account) -> Int {
        if let index = indices[account] { return index }
        estimates.append((account, 0))
        indices[account] = estimates.count - 1
        return estimates.count - 1
    }
}
