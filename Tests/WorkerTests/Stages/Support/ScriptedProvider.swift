import Embeddings
import Reactor

/// A provider of which each call does what a test says.
@Reactor
final class ScriptedProvider: EmbeddingProvider {
    struct Call {
        let texts: [String]
        let began: ContinuousClock.Instant
    }

    nonisolated let model = "test-model"
    nonisolated let dimensions = 2

    private(set) var calls: [Call] = []
    /// Returns what the call fails with; nil where it succeeds.
    var script: @Reactor (_ texts: [String]) async -> EmbeddingError? = { _ in nil }

    nonisolated init() {}

    /// Calls that carried the text.
    func count(_ text: String) -> Int { calls.count { $0.texts.contains(text) } }

    @Reactor
    func embed(_ texts: [ArraySlice<UInt8>]) async throws(EmbeddingError) -> EmbeddingBatch {
        let names = texts.map { String(decoding: $0, as: UTF8.self) }
        calls.append(Call(texts: names, began: .now))
        await Task.yield()
        if let error = await script(names) { throw error }
        guard !Task.isCancelled else { throw EmbeddingError(.cancelled, "cancelled") }
        return EmbeddingBatch(dimensions: 2, values: names.flatMap(TestEmbeddings.vector), tokens: names.count)
    }
}
