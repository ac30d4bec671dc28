/// A text as a vector.
public struct Embedding: Sendable, Hashable {
    /// As many numbers as the model has dimensions.
    public let vector: [Float]
    /// As the provider names it.
    public let model: String
    /// Of the text.
    public let tokens: Int
    /// Whether the vector was known and no call was made for it; nil where the worker does not say.
    public let isCached: Bool?
}
