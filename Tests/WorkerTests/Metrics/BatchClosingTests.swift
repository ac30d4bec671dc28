import Embeddings
import JobQueue
import Reactor
import Testing

@testable import Worker

@Reactor
@Suite("Why no more went into a call")
struct BatchClosingTests {
    nonisolated static let cases: [(EmbeddingLimits, [(String, Lane, Int)], BatchClosing)] = [
        (EmbeddingLimits(), [("a", .embed, 0), ("b", .bulk, 0)], .drained),
        (EmbeddingLimits(maximumInputs: 2), [("a", .embed, 0), ("b", .embed, 0)], .drained),
        (EmbeddingLimits(maximumInputs: 2), [("a", .embed, 0), ("b", .embed, 0), ("c", .bulk, 0)], .inputs),
        (EmbeddingLimits(maximumTokens: 1), [("a", .embed, 0), ("b", .embed, 0)], .tokens),
        (EmbeddingLimits(maximumBodyBytes: 1), [("a", .embed, 0), ("b", .embed, 0)], .bytes),
        (EmbeddingLimits(maximumTokensPerInput: 3), [("a", .embed, 0), ("a text that is long", .embed, 0)], .longText),
        (EmbeddingLimits(), [("s", .search, 0)] + (0..<40).map { ("b\($0)", .bulk, 0) }, .search),
        (EmbeddingLimits(), (0..<20).map { ("r\($0)", .embed, 1) }, .retried),
        // What failed before goes in calls of its own: that more waits beside it closes none.
        (EmbeddingLimits(), [("r", .embed, 1), ("a", .embed, 0)], .drained),
    ]

    @Test("Each reason", arguments: cases)
    func reasons(limits: EmbeddingLimits, texts: [(String, Lane, Int)], closing: BatchClosing) {
        var batcher = Batcher(limits: limits)
        for (text, lane, attempts) in texts { batcher.add(.embedding(text, lane: lane, attempts: attempts)) }
        #expect(batcher.next(isProbe: texts.count == 2, includesBulkAlone: true) != nil)
        #expect(batcher.closing == closing)
    }
}
