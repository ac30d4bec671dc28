import Embeddings
import VectorStore

/// Answers at once, so that what is measured is the path of a job and not a provider.
struct InProcessEmbeddings: EmbeddingProvider {
    let model = "in-process"
    let dimensions: Int
    private let values: [Float]

    /// - Parameter maximumTexts: of one call.
    init(dimensions: Int, maximumTexts: Int) {
        self.dimensions = dimensions
        values = Array(repeating: 0.5, count: dimensions * maximumTexts)
    }

    func embed(_ texts: [ArraySlice<UInt8>]) async throws(EmbeddingError) -> EmbeddingBatch {
        EmbeddingBatch(dimensions: dimensions, values: values, tokens: texts.count)
    }
}

/// Takes everything and finds nothing.
struct InProcessStore: VectorStore {
    func upsert(_ points: [Point], into collection: String) async throws(VectorStoreError) {}

    func query(_ queries: [PointQuery], in collection: String) async throws(VectorStoreError) -> [[ScoredPoint]] {
        queries.map { _ in [] }
    }

    func retrieve(
        _ ids: [PointID],
        including fields: [String],
        from collection: String
    ) async throws(VectorStoreError) -> [StoredPoint] { [] }

    func scroll(_ collection: String, _ request: ScrollRequest) async throws(VectorStoreError) -> ScrollPage {
        ScrollPage(points: [])
    }

    func delete(_ ids: [PointID], from collection: String) async throws(VectorStoreError) {}

    func delete(matching filter: [UInt8], from collection: String) async throws(VectorStoreError) {}

    func count(_ collection: String, matching filter: [UInt8]?) async throws(VectorStoreError) -> Int { 0 }
}
