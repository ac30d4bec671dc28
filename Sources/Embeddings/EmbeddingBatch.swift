/// The vectors of one call, in one allocation.
package struct EmbeddingBatch: Sendable {
    package let dimensions: Int
    /// `count × dimensions` numbers, vector after vector.
    package let values: [Float]
    /// Tokens that the provider counted for the whole call; 0 where it did not say.
    package let tokens: Int
    /// What the provider said of its limits; nil for one that is asked in process.
    package var rateLimits: RateLimits?

    package var count: Int { dimensions == 0 ? 0 : values.count / dimensions }

    package init(dimensions: Int, values: [Float], tokens: Int, rateLimits: RateLimits? = nil) {
        precondition(
            dimensions > 0 && values.count % dimensions == 0,
            "\(values.count) values of \(dimensions) dimensions"
        )
        self.dimensions = dimensions
        self.values = values
        self.tokens = tokens
        self.rateLimits = rateLimits
    }

    /// Shares the storage of the batch.
    package subscript(index: Int) -> ArraySlice<Float> {
        values[index * dimensions..<(index + 1) * dimensions]
    }
}
