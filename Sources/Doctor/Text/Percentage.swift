/// A share of a bound, in whole percent, rounded down; of whatever a server may say, be it nonsense.
enum Percentage {
    /// More than is told apart.
    private static let maximum = 1_000_000.0

    static func of(_ bound: Int, used: Int) -> Int {
        guard bound > 0 else { return 0 }
        return Int(min(maximum, max(0, Double(used) / Double(bound) * 100)))
    }
}
