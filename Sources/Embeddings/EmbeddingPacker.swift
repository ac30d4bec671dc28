/// Says whether one more text still goes into a call. Pure counting: the texts stay with the caller.
package struct EmbeddingPacker: Sendable {
    /// What a body holds beside the texts: model, options, brackets.
    private static let bodyOverhead = 512

    package let limits: EmbeddingLimits
    package private(set) var inputs = 0
    /// As estimated.
    package private(set) var tokens = 0
    package private(set) var bodyBytes = Self.bodyOverhead

    package init(limits: EmbeddingLimits) {
        self.limits = limits
    }

    package var isEmpty: Bool { inputs == 0 }

    /// An empty call takes any text: one that breaks a limit all by itself goes alone, and the provider has the last
    /// word on it, because the tokens are an estimate.
    package func fits(_ text: EmbeddingTextSize) -> Bool {
        isEmpty
            || inputs < limits.maximumInputs
                && tokens + text.estimatedTokens <= limits.maximumTokens
                && bodyBytes + text.jsonBytes <= limits.maximumBodyBytes
    }

    package mutating func add(_ text: EmbeddingTextSize) {
        inputs += 1
        tokens += text.estimatedTokens
        bodyBytes += text.jsonBytes
    }
}
