/// What the embedding stage has done since the start.
struct EmbeddingStatistics: Sendable {
    var calls = 0
    var texts = 0
    var tokens = 0
    var failures = 0

    mutating func count(texts: Int, tokens: Int) {
        calls += 1
        self.texts += texts
        self.tokens += tokens
    }
}
