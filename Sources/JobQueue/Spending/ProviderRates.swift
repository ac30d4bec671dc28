/// What a minute allows, all workers together; 0 where nothing is known.
package struct ProviderRates: Sendable, Equatable {
    package var requestsPerMinute: Int
    package var tokensPerMinute: Int

    package init(requestsPerMinute: Int = 0, tokensPerMinute: Int = 0) {
        self.requestsPerMinute = requestsPerMinute
        self.tokensPerMinute = tokensPerMinute
    }

    package var areKnown: Bool { requestsPerMinute > 0 || tokensPerMinute > 0 }

    /// Tokens of a call that a full bucket holds, with what bulk leaves to others; nil where there is no limit. A larger
    /// call would wait longer, or go out as a debt.
    package var largestCall: Int? {
        tokensPerMinute > 0 ? TokenBucket.largestCall(tokensPerMinute: tokensPerMinute) : nil
    }
}
