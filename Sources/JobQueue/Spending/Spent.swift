/// What embedding calls have used.
package struct Spent: Sendable, Equatable {
    package var tokens: Int
    /// Calls that the provider answered with vectors.
    package var requests: Int
    /// 1e-9 US dollars.
    package var nanodollars: Int

    package init(tokens: Int = 0, requests: Int = 0, nanodollars: Int = 0) {
        self.tokens = tokens
        self.requests = requests
        self.nanodollars = nanodollars
    }

    package var dollars: Double { Double(nanodollars) / 1e9 }

    package static func += (left: inout Spent, right: Spent) {
        left.tokens += right.tokens
        left.requests += right.requests
        left.nanodollars += right.nanodollars
    }
}
