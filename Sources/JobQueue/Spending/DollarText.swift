/// Amounts of money for people: `$0.02`, `$12.3456`, never rounded.
package enum DollarText {
    private static let nanodollarsPerDollar = 1_000_000_000
    private static let fractionDigits = 9

    package static func of(nanodollars: Int) -> String {
        let (dollars, rest) = nanodollars.magnitude.quotientAndRemainder(dividingBy: UInt(nanodollarsPerDollar))
        let digits = "\(rest)"
        var fraction = String(repeating: "0", count: fractionDigits - digits.count) + digits
        while fraction.count > 2 && fraction.last == "0" { fraction.removeLast() }
        return "\(nanodollars < 0 ? "-" : "")$\(dollars).\(fraction)"
    }
}
