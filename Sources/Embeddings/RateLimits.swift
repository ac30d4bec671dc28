package import HTTPTransport

/// What a response says of the provider's limits: `x-ratelimit-{limit,remaining,reset}-{requests,tokens}`.
/// What it does not say, or says with -1, is unknown.
package struct RateLimits: Sendable, Equatable {
    package struct Budget: Sendable, Equatable {
        package var limit: Int?
        package var remaining: Int?
        /// Until the budget is whole again.
        package var reset: Duration?

        package init(limit: Int? = nil, remaining: Int? = nil, reset: Duration? = nil) {
            self.limit = limit
            self.remaining = remaining
            self.reset = reset
        }
    }

    package var requests: Budget
    package var tokens: Budget

    package init(requests: Budget = Budget(), tokens: Budget = Budget()) {
        self.requests = requests
        self.tokens = tokens
    }

    package init(_ response: HTTPResponse) {
        requests = Self.budget("requests", response)
        tokens = Self.budget("tokens", response)
    }

    /// After a 429 that names no time itself: until what is used up is there again. Where nothing is said to be used
    /// up, the shorter of the two, because a whole budget is more than a call needs.
    var wait: Duration? {
        let exhausted = [requests, tokens].filter { $0.remaining == 0 }.compactMap(\.reset)
        return exhausted.max() ?? [requests, tokens].compactMap(\.reset).min()
    }

    private static func budget(_ name: String, _ response: HTTPResponse) -> Budget {
        let count: (String) -> Int? = { kind in
            response.header("x-ratelimit-\(kind)-\(name)").flatMap { Int($0) }.flatMap { $0 < 0 ? nil : $0 }
        }
        let reset = response.header("x-ratelimit-reset-\(name)").flatMap(duration)
        return Budget(limit: count("limit"), remaining: count("remaining"), reset: reset)
    }

    /// `12ms`, `1s`, `7.66s`, `6m0s`, `1h2m3s`; nil for anything else.
    static func duration(_ text: String) -> Duration? {
        var rest = text[...]
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isNumber || $0 == "." }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let amount = Double(digits), let seconds = secondsOfUnit[String(unit)] else { return nil }
            total += amount * seconds
        }
        return text.isEmpty || total > longest ? nil : .milliseconds(Int((total * 1000).rounded()))
    }

    private static let secondsOfUnit = ["ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400]
    /// A year.
    private static let longest = 31_536_000.0
}
