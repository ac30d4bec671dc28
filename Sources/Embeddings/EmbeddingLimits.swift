/// What one call may hold. The defaults are those of OpenAI's API, save the bytes, which are ours.
///
/// Tokens are known as an estimate only, so seven tenths of a limit in tokens are filled. The real count is then below the
/// limit for everything that `TokenEstimate` has been measured with, random letters of any script included.
package struct EmbeddingLimits: Sendable, Equatable {
    /// Texts in one call. Defaults to 2,048.
    package var maximumInputs: Int
    /// Tokens of all texts of a call together. Defaults to 300,000.
    package var maximumTokens: Int
    /// Tokens of one text. Defaults to 8,191.
    package var maximumTokensPerInput: Int
    /// Bytes of a call's body. Defaults to 8 MiB.
    package var maximumBodyBytes: Int

    private static let filledTenths = 7

    package init(
        maximumInputs: Int = 2048,
        maximumTokens: Int = 300_000,
        maximumTokensPerInput: Int = 8191,
        maximumBodyBytes: Int = 8 << 20
    ) {
        precondition(
            min(maximumInputs, maximumTokens, maximumTokensPerInput, maximumBodyBytes) > 0,
            "limits of an embedding call must be above zero"
        )
        self.maximumInputs = maximumInputs
        self.maximumTokens = maximumTokens
        self.maximumTokensPerInput = maximumTokensPerInput
        self.maximumBodyBytes = maximumBodyBytes
    }
    /// Tokens to gather in one call, as estimated.
    package var tokensToFill: Int { Self.share(of: maximumTokens) }

    /// Whether the text may be too long for the provider, which only the provider can tell.
    package func mayRefuse(_ text: EmbeddingTextSize) -> Bool {
        text.estimatedTokens > Self.share(of: maximumTokensPerInput)
    }

    private static func share(of limit: Int) -> Int {
        limit / 10 * filledTenths + limit % 10 * filledTenths / 10
    }
}
