/// How calls ended: what they have used of what was set aside for them. Those of one day add up.
package struct Settlement: Sendable {
    /// Accounts that are told apart while settlements wait for Redis; tenants beyond them are booked as one.
    static let maximumShares = 10_000

    /// On whose page it is booked; nil for that of the day when it is: nothing was set aside.
    package let day: UTCDay?
    /// Used beyond what was set aside, below 0 where it was less.
    private(set) var requestsBeyond: Int
    private(set) var tokensBeyond: Int
    /// 1e-9 US dollars.
    private(set) var reserved: Int
    package private(set) var spent = Spent()
    package private(set) var shares: [SpendingLabel: Spent] = [:]
    private(set) var report: ProviderReport?

    private init(_ reservation: Reservation?, usedRequests: Int, usedTokens: Int, _ report: ProviderReport?) {
        day = reservation?.day
        requestsBeyond = usedRequests - (reservation == nil ? 0 : 1)
        tokensBeyond = usedTokens - (reservation?.tokens ?? 0)
        reserved = reservation?.nanodollars ?? 0
        self.report = report
    }

    /// The call brought vectors.
    ///
    /// - Parameter shares: what of it is on whose account; those of each kind add up to all its tokens and dollars.
    package static func succeeded(
        _ reservation: Reservation?,
        _ spent: Spent,
        shares: [SpendingLabel: Spent],
        report: ProviderReport?
    ) -> Settlement {
        var settlement = Settlement(reservation, usedRequests: 1, usedTokens: spent.tokens, report)
        settlement.spent = spent
        settlement.shares = shares
        return settlement
    }

    /// The call failed after it may have reached the provider. It costs nothing, but may count for the provider's limits:
    /// in the buckets it stands as if it had been answered.
    package static func failed(_ reservation: Reservation?, report: ProviderReport?) -> Settlement {
        Settlement(reservation, usedRequests: 1, usedTokens: reservation?.tokens ?? 0, report)
    }

    /// The call did not go out.
    package static func unused(_ reservation: Reservation) -> Settlement {
        Settlement(reservation, usedRequests: 0, usedTokens: 0, nil)
    }

    /// - Parameter later: of the same day.
    package mutating func merge(_ later: Settlement) {
        precondition(later.day == day, "settlements of \(String(describing: day)) and \(String(describing: later.day))")
        requestsBeyond += later.requestsBeyond
        tokensBeyond += later.tokensBeyond
        reserved += later.reserved
        spent += later.spent
        for (label, amount) in later.shares {
            if shares[label] == nil, case .tenant = label, shares.count >= Self.maximumShares {
                shares[.tenant(SpendingLabel.otherTenants), default: Spent()] += amount
            } else {
                shares[label, default: Spent()] += amount
            }
        }
        if let said = later.report {
            if report == nil { report = said } else { report?.merge(said) }
        }
    }
}
