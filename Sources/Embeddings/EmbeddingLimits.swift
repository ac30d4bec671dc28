/// What one call may hold. The defaults are those of OpenAI's API, save the bytes, which are ours.
package struct EmbeddingLimits: Sendable, Equatable {
    /// Texts in one call. Defaults to 2,048.
    package var maximumInputs: Int
    /// Tokens of all texts of a call together, as estimated. Defaults to 300,000.
    package var maximumTokens: Int
    /// Tokens of one text, as estimated. Defaults to 8,191.
    package var maximumTokensPerInput: Int
    /// Bytes of a call's body. Defaults to 8 MiB.
    package var maximumBodyBytes: Int

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
}
