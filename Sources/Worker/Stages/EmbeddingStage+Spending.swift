internal import Embeddings
internal import JobQueue
internal import Reactor

/// What calls may use, and what they have used.
extension EmbeddingStage {
    /// Leave for one call to go out.
    struct Grant {
        let reservation: Reservation?
    }

    /// Asks whether the call may go out. Where it may not as a whole, the least urgent texts go back and it is asked for
    /// the rest: a search does not wait for what bulk would have used.
    ///
    /// - Parameter entries: those that may go out, when it returns.
    /// - Returns: nil where none may, or the circuit has opened meanwhile.
    func grant(_ entries: inout [TextEntry], _ permit: Circuit.Permit) async -> Grant? {
        while let lane = entries.max(by: { $0.priority < $1.priority })?.lane {
            let tokens = entries.reduce(0) { $0 + $1.size.estimatedTokens }
            switch await spending.allowance.ask(tokens: tokens, carriesBulk: lane == .bulk) {
            case .go(let reservation):
                if health.isCurrent(permit, .embed) { return Grant(reservation: reservation) }
                if let reservation { spending.allowance.settle(.unused(reservation)) }
                return nil
            case .wait(let wait, let rates):
                spending.rateIsUsed(lane, wait: wait, rates)
            case .budgetExceeded(let spent):
                spending.budgetIsUsed(lane)
                refuseForBudget(entries.filter { $0.lane == lane }, spent: spent)
            case nil:
                spending.redisIsAway()
                return nil
            }
            // One that a more urgent job joined meanwhile stays.
            let back = entries.filter { $0.lane == lane }
            entries.removeAll { $0.lane == lane }
            batcher.putBack(back)
        }
        return nil
    }

    /// Who waits for an answer gets one. What is to be saved stays.
    private func refuseForBudget(_ entries: [TextEntry], spent: Int) {
        let error = JobError.budgetExceeded(spending.allowance.limits, spent: spent)
        for item in entries.flatMap(\.items) where !item.isSettled && item.job.lane.isAnsweredAtOnce {
            delegate?.refused(item, error)
        }
    }

    func settle(_ vectors: EmbeddingBatch, _ accounts: CallAccounts, _ grant: Grant) {
        // A provider that does not count is taken to count as we do.
        let tokens = vectors.tokens > 0 ? vectors.tokens : accounts.tokens
        let limits = spending.allowance.limits
        let spent = Spent(tokens: tokens, requests: 1, nanodollars: limits.price(ofTokens: tokens))
        let shares = accounts.shares(ofTokens: tokens, limits)
        spending.passed()
        metrics.spent(spent)
        spending.allowance.settle(
            .succeeded(grant.reservation, spent, shares: shares, report: ProviderReport(vectors.rateLimits))
        )
    }

    /// A call that no job sent goes out unasked: it is small, and what it finds out is worth it. It is booked all the same.
    func settleFixedText(_ vectors: EmbeddingBatch) {
        let tokens = max(1, vectors.tokens)
        let price = spending.allowance.limits.price(ofTokens: tokens)
        let spent = Spent(tokens: tokens, requests: 1, nanodollars: price)
        metrics.spent(spent)
        spending.allowance.settle(
            .succeeded(
                nil,
                spent,
                shares: CallAccounts.sharesOfNone(spent),
                report: ProviderReport(vectors.rateLimits)
            )
        )
    }

    func settle(_ error: EmbeddingError, _ reservation: Reservation?) {
        guard error.mayHaveArrived else {
            if let reservation { spending.allowance.settle(.unused(reservation)) }
            return
        }
        spending.allowance.settle(.failed(reservation, report: ProviderReport(error)))
    }
}

extension ProviderReport {
    /// That no worker calls is decided for so long at the most; then one tries.
    private static let longestWait = Duration.seconds(600)

    fileprivate init?(_ limits: RateLimits?) {
        guard let limits else { return nil }
        self.init(requests: Rate(limits.requests), tokens: Rate(limits.tokens))
    }

    fileprivate init?(_ error: EmbeddingError) {
        let retryAfter = error.code == .rateLimited ? error.retryAfter.map { min($0, Self.longestWait) } : nil
        guard error.rateLimits != nil || retryAfter != nil else { return nil }
        let limits = error.rateLimits ?? RateLimits()
        self.init(requests: Rate(limits.requests), tokens: Rate(limits.tokens), retryAfter: retryAfter)
    }
}

extension ProviderReport.Rate {
    fileprivate init(_ budget: RateLimits.Budget) {
        self.init(limit: budget.limit, remaining: budget.remaining, reset: budget.reset)
    }
}
