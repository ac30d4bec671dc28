/// US dollars as people read them: `$12.50`, and small sums with as many digits as it takes to see them: `$0.0042`.
enum Dollars {
    private static let decimals = 6

    static func text(_ dollars: Double) -> String {
        let scale = 1e6
        guard dollars.isFinite, dollars.magnitude < 1e12 else { return "$?" }
        let millionths = Int((dollars.magnitude * scale).rounded())
        let digits = String(millionths % Int(scale))
        var fraction = String(repeating: "0", count: decimals - digits.count) + digits
        while fraction.count > 2, fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(dollars < 0 ? "-" : "")$\(millionths / Int(scale)).\(fraction)"
    }
}
