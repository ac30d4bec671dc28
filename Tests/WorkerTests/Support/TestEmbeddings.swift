import Embeddings
import Reactor

/// A provider that answers in process, and does what a test wants: waits, fails, refuses.
@Reactor
final class TestEmbeddings: EmbeddingProvider {
    nonisolated let model = "test-model"
    nonisolated let dimensions = 2

    /// The texts of each call, in the order in which the calls came.
    private(set) var calls: [[String]] = []
    private(set) var callsAtOnce = 0
    private(set) var mostCallsAtOnce = 0
    let turnstile = Turnstile()
    /// What every call fails with.
    var failure: EmbeddingError?
    /// What enforces the provider's rate; nil for none.
    var limiter: RequestLimiter?
    /// Texts that the provider does not take.
    var refused: Set<String> = []
    /// Texts that the provider answers with an error of its own, whatever it says of others.
    var broken: Set<String> = []

    nonisolated init() {}

    var textCount: Int { calls.reduce(0) { $0 + $1.count } }

    @Reactor
    func embed(_ texts: [ArraySlice<UInt8>]) async throws(EmbeddingError) -> EmbeddingBatch {
        let names = texts.map { String(decoding: $0, as: UTF8.self) }
        calls.append(names)
        callsAtOnce += 1
        mostCallsAtOnce = max(mostCallsAtOnce, callsAtOnce)
        defer { callsAtOnce -= 1 }
        await turnstile.pass(names)
        guard !Task.isCancelled else { throw EmbeddingError(.cancelled, "cancelled") }
        if let failure { throw failure }
        let admission = limiter?.admit()
        if let error = admission?.error { throw error }
        if names.contains(where: broken.contains) { throw EmbeddingError(.passing, "answered 500") }
        if let name = names.first(where: refused.contains) {
            throw EmbeddingError(.invalidInput, "does not take \(name)")
        }
        return EmbeddingBatch(
            dimensions: 2,
            values: names.flatMap(Self.vector),
            tokens: names.count * 3,
            rateLimits: admission?.limits
        )
    }

    nonisolated static func vector(of text: String) -> [Float] {
        [Float(text.utf8.count), Float(text.utf8.last ?? 0)]
    }
}
