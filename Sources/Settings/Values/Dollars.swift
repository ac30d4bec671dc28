/// An amount of US dollars, exact to 1e-9: `5`, `0.02`.
package struct Dollars: Sendable, Equatable, Comparable, CustomStringConvertible {
    private static let nanodollarsPerDollar = 1_000_000_000
    private static let fractionDigits = 9
    private static let wholeDigits = 9

    package let nanodollars: Int

    package init(nanodollars: Int) {
        precondition(nanodollars >= 0, "\(nanodollars) nanodollars")
        self.nanodollars = nanodollars
    }

    /// - Returns: nil for anything but digits, with at most nine more behind a point.
    init?(text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? String(parts[1]) : "0"
        guard Self.areDigits(String(parts[0]), atMost: Self.wholeDigits),
            Self.areDigits(fraction, atMost: Self.fractionDigits)
        else { return nil }
        let padded = fraction + String(repeating: "0", count: Self.fractionDigits - fraction.count)
        guard let whole = Int(parts[0]), let rest = Int(padded) else { return nil }
        nanodollars = whole * Self.nanodollarsPerDollar + rest
    }

    private static func areDigits(_ text: String, atMost maximum: Int) -> Bool {
        !text.isEmpty && text.utf8.count <= maximum && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    package static func < (left: Dollars, right: Dollars) -> Bool { left.nanodollars < right.nanodollars }

    /// As it may be written in the settings: `0.02`, without a sign.
    package var description: String {
        let (whole, rest) = nanodollars.quotientAndRemainder(dividingBy: Self.nanodollarsPerDollar)
        guard rest > 0 else { return "\(whole)" }
        let digits = "\(rest)"
        var fraction = String(repeating: "0", count: Self.fractionDigits - digits.count) + digits
        while fraction.last == "0" { fraction.removeLast() }
        return "\(whole).\(fraction)"
    }
}
