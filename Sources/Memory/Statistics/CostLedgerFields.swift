/// The accounts of one day's ledger, from fields such as `tokens:tenant:acme`.
struct CostLedgerFields {
    /// By kind, then by name.
    private var accounts: [Substring: [Substring: CostFigures]] = [:]

    /// What is no figure of an account is passed over.
    mutating func add(_ field: String, _ value: String) {
        let parts = field.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let number = Int(value) else { return }
        accounts[parts[1], default: [:]][parts[2], default: CostFigures()].set(parts[0], number)
    }

    /// The dearest first, then those of most tokens; of equal ones the first by name.
    func dearest(_ kind: Substring, _ maximum: Int) -> [CostStatistics.Account] {
        let all = (accounts[kind] ?? [:]).map { CostStatistics.Account(name: String($0.key), figures: $0.value) }
        let sorted = all.sorted { one, other in
            let (left, right) = (one.figures, other.figures)
            return (right.nanodollars, right.tokens, one.name) < (left.nanodollars, left.tokens, other.name)
        }
        return Array(sorted.prefix(maximum))
    }
}
