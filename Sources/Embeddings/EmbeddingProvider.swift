/// Turns texts into vectors: a remote endpoint, or an answer in process in a benchmark.
package protocol EmbeddingProvider: Sendable {
    var model: String { get }
    /// Length of every vector returned.
    var dimensions: Int { get }

    /// One call to the provider. Texts are valid UTF-8 and not empty, and keep to the limits of `EmbeddingLimits`.
    /// Vectors come back in the order of the texts, as many as there are texts.
    func embed(_ texts: [ArraySlice<UInt8>]) async throws(EmbeddingError) -> EmbeddingBatch
}
