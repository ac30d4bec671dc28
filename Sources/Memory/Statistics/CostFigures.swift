/// What embedding took: in all, or on one account.
package struct CostFigures: Sendable, Equatable {
    package var tokens = 0
    package var requests = 0
    /// 10⁻⁹ US dollars.
    package var nanodollars = 0

    package var dollars: Double { Double(nanodollars) / 1e9 }

    package init(tokens: Int = 0, requests: Int = 0, nanodollars: Int = 0) {
        self.tokens = tokens
        self.requests = requests
        self.nanodollars = nanodollars
    }

    /// In the order in which the ledger names them.
    static let names = ["tokens", "requests", "nanodollars"]

    mutating func set(_ name: Substring, _ value: Int) {
        switch name {
        case "tokens": tokens = value
        case "requests": requests = value
        case "nanodollars": nanodollars = value
        default: break
        }
    }
}
