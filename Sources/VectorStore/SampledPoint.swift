/// A stored point with its vector: to look at what a collection was made with.
package struct SampledPoint: Sendable, Equatable {
    /// The text under the payload key `content`.
    package let content: String
    /// As the store keeps it: one that compares by cosine has normalized it.
    package let vector: [Float]

    package init(content: String, vector: [Float]) {
        self.content = content
        self.vector = vector
    }
}
