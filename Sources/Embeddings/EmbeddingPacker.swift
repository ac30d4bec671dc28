/// Says whether one more text still goes into a call. Pure counting: the texts stay with the caller.
///
/// Inputs and bytes are counted; tokens are an estimate, with the room that `EmbeddingLimits` leaves for its error. A call
/// that a provider refuses all the same is halved, and nothing is lost but the call.
package struct EmbeddingPacker: Sendable {
    /// What a body holds beside the texts: model, options, brackets.
    private static let bodyOverhead = 512

    /// Why a text does not go into a call.
    package enum Obstacle: Sendable {
        /// It may be too long, or what is there may be.
        case longText
        case inputs
        case tokens
        case bytes
    }

    package let limits: EmbeddingLimits
    package private(set) var inputs = 0
    /// As estimated.
    package private(set) var tokens = 0
    package private(set) var bodyBytes = Self.bodyOverhead
    private var hasLongText = false

    package init(limits: EmbeddingLimits) {
        self.limits = limits
    }

    package var isEmpty: Bool { inputs == 0 }

    /// What keeps the text from going into the call; nil where it goes in.
    ///
    /// An empty call takes any text: one that breaks a limit all by itself, or that may be too long for the provider,
    /// goes alone. The provider has the last word on it, and refuses no other text with it.
    package func obstacle(to text: EmbeddingTextSize) -> Obstacle? {
        guard !isEmpty else { return nil }
        if hasLongText || limits.mayRefuse(text) { return .longText }
        if inputs >= limits.maximumInputs { return .inputs }
        if tokens + text.estimatedTokens > limits.tokensToFill { return .tokens }
        if bodyBytes + text.jsonBytes > limits.maximumBodyBytes { return .bytes }
        return nil
    }

    package func fits(_ text: EmbeddingTextSize) -> Bool { obstacle(to: text) == nil }

    package mutating func add(_ text: EmbeddingTextSize) {
        inputs += 1
        tokens += text.estimatedTokens
        bodyBytes += text.jsonBytes
        if limits.mayRefuse(text) { hasLongText = true }
    }
}
