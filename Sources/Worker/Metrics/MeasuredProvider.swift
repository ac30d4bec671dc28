internal import Embeddings

/// A provider, and how its calls go.
struct MeasuredProvider: EmbeddingProvider {
    let provider: any EmbeddingProvider
    let metrics: EmbeddingCallMetrics

    var model: String { provider.model }
    var dimensions: Int { provider.dimensions }

    func embed(_ texts: [ArraySlice<UInt8>]) async throws(EmbeddingError) -> EmbeddingBatch {
        let began = ContinuousClock.now
        do throws(EmbeddingError) {
            let vectors = try await provider.embed(texts)
            metrics.ended(nil, vectors.rateLimits, after: began)
            return vectors
        } catch {
            metrics.ended(error, error.rateLimits, after: began)
            throw error
        }
    }
}
