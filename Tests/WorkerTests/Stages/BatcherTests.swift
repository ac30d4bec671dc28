import Embeddings
import JobQueue
import Reactor
import Testing

@testable import Worker

@Reactor
@Suite("Batcher")
struct BatcherTests {
    private func texts(_ batch: [TextEntry]?) -> [String]? {
        batch?.map { String(decoding: $0.text, as: UTF8.self) }
    }

    private func batcher(_ limits: EmbeddingLimits = EmbeddingLimits()) -> Batcher {
        Batcher(limits: limits)
    }

    @Test("Nothing waits for company: a lone text is the next call")
    func aLoneText() {
        var batcher = batcher()
        #expect(batcher.next(includesBulkAlone: true) == nil)
        batcher.add(.embedding("a"))
        #expect(texts(batcher.next(includesBulkAlone: true)) == ["a"])
        #expect(batcher.next(includesBulkAlone: true) == nil)
    }

    @Test("Searches go before saves, saves before embeds, embeds before bulk")
    func priority() {
        var batcher = batcher()
        for (text, lane) in [("b", Lane.bulk), ("e", .embed), ("v", .save), ("s", .search), ("s2", .search)] {
            batcher.add(.embedding(text, lane: lane))
        }
        #expect(texts(batcher.next(includesBulkAlone: true)) == ["s", "s2", "v", "e", "b"])
    }

    nonisolated static let limits: [(EmbeddingLimits, [[String]])] = [
        (EmbeddingLimits(maximumInputs: 2), [["aaaa", "bbbb"], ["cccc"]]),
        (EmbeddingLimits(maximumTokens: 1), [["aaaa"], ["bbbb"], ["cccc"]]),
        (EmbeddingLimits(maximumBodyBytes: 512 + 14), [["aaaa", "bbbb"], ["cccc"]]),
        (EmbeddingLimits(maximumBodyBytes: 1), [["aaaa"], ["bbbb"], ["cccc"]]),
    ]

    @Test("A call holds as many texts as the limits allow, and at least one", arguments: limits)
    func limits(_ limits: EmbeddingLimits, _ expected: [[String]]) {
        var batcher = batcher(limits)
        for text in ["aaaa", "bbbb", "cccc"] { batcher.add(.embedding(text)) }
        for batch in expected { #expect(texts(batcher.next(includesBulkAlone: true)) == batch) }
        #expect(batcher.next(includesBulkAlone: true) == nil)
    }

    @Test("A call with a search in it stays small; searches themselves are not cut")
    func besideSearch() {
        var batcher = batcher()
        batcher.add(.embedding("s", lane: .search))
        for index in 0..<100 { batcher.add(.embedding("b\(index)", lane: .bulk)) }
        #expect(batcher.next(includesBulkAlone: true)?.count == Batcher.textsBesideSearch)
        #expect(batcher.next(includesBulkAlone: true)?.count == 100 + 1 - Batcher.textsBesideSearch)

        for index in 0..<50 { batcher.add(.embedding("s\(index)", lane: .search)) }
        batcher.add(.embedding("bulk", lane: .bulk))
        #expect(batcher.next(includesBulkAlone: true)?.count == 50)
    }

    @Test("Bulk alone does not get the last slot")
    func bulkAlone() {
        var batcher = batcher()
        batcher.add(.embedding("b", lane: .bulk))
        #expect(batcher.next(includesBulkAlone: false) == nil)
        batcher.add(.embedding("s", lane: .search))
        #expect(texts(batcher.next(includesBulkAlone: false)) == ["s", "b"])
    }

    @Test("An identical text joins the one that is pending, and the one in flight")
    func identicalTexts() {
        var batcher = batcher()
        batcher.add(.embedding("a"))
        batcher.add(.embedding("a"))
        #expect(batcher.count == 1)
        let batch = batcher.next(includesBulkAlone: true)
        batcher.add(.embedding("a", lane: .search))
        #expect(batcher.next(includesBulkAlone: true) == nil)
        #expect(batch?.first?.items.count == 3)
        batcher.finished(batch ?? [])
        #expect(batcher.count == 0)
        batcher.add(.embedding("a"))
        #expect(texts(batcher.next(includesBulkAlone: true)) == ["a"])
    }

    @Test("A text that a search wants too goes with the searches, once")
    func moreUrgent() {
        var batcher = batcher(EmbeddingLimits(maximumInputs: 1))
        for text in ["a", "b"] { batcher.add(.embedding(text, lane: .bulk)) }
        batcher.add(.embedding("v", lane: .save))
        batcher.add(.embedding("b", lane: .search))
        #expect(texts(batcher.next(includesBulkAlone: false)) == ["b"])
        #expect(texts(batcher.next(includesBulkAlone: false)) == ["v"])
        #expect(texts(batcher.next(includesBulkAlone: true)) == ["a"])
        #expect(batcher.next(includesBulkAlone: true) == nil)
    }

    @Test("What is put back goes first, in its old order, with the urgency it gained meanwhile")
    func putBack() {
        var batcher = batcher()
        for text in ["a", "b", "c"] { batcher.add(.embedding(text, lane: .save)) }
        let batch = batcher.next(includesBulkAlone: true) ?? []
        batcher.add(.embedding("d", lane: .save))
        batcher.add(.embedding("c", lane: .search))
        batcher.putBack(batch)
        #expect(texts(batcher.next(includesBulkAlone: true)) == ["c", "a", "b", "d"])
        #expect(batcher.next(includesBulkAlone: true) == nil)
    }

    @Test("A text that nobody wants any more is not put back")
    func putBackWithoutItems() {
        var batcher = batcher()
        batcher.add(.embedding("a"))
        let batch = batcher.next(includesBulkAlone: true) ?? []
        #expect(batch.first?.removeItems { _ in true }.count == 1)
        batcher.putBack(batch)
        #expect(batcher.count == 0)
        #expect(batcher.next(includesBulkAlone: true) == nil)
        batcher.add(.embedding("a"))
        #expect(batcher.next(includesBulkAlone: true)?.first?.items.count == 1)
    }

    @Test("Suspects go last, apart from the untried and in turn with them; a probe is something else if it can")
    func suspects() {
        var batcher = batcher()
        for text in ["a", "b"] { batcher.add(.embedding(text)) }
        let failed = batcher.next(includesBulkAlone: true) ?? []
        for entry in failed { entry.failedAt = .now }
        batcher.putBack(failed)
        batcher.add(.embedding("c"))
        #expect(texts(batcher.next(isProbe: true, includesBulkAlone: true)) == ["c"])
        batcher.add(.embedding("d"))
        batcher.add(.embedding("e"))
        #expect(texts(batcher.next(includesBulkAlone: true)) == ["a", "b"])
        batcher.putBack(failed)
        #expect(texts(batcher.next(includesBulkAlone: true)) == ["d", "e"])
        #expect(texts(batcher.next(isProbe: true, includesBulkAlone: true)) == ["a", "b"])
        #expect(batcher.next(includesBulkAlone: true) == nil)
    }

    @Test("Texts of jobs with attempts spent go apart, few at a time; one that joins a pending text takes it along")
    func retried() {
        var batcher = batcher()
        for index in 0..<20 { batcher.add(.embedding("r\(index)", attempts: 1)) }
        for text in ["a", "b"] { batcher.add(.embedding(text)) }
        batcher.add(.embedding("b", attempts: 1))
        batcher.add(.embedding("r3", lane: .search))
        #expect(texts(batcher.next(isProbe: true, includesBulkAlone: true)) == ["a"])
        let retried = texts(batcher.next(includesBulkAlone: true))
        #expect(retried?.count == Standing.retriedTogether && retried?.first == "r3")
        #expect(texts(batcher.next(includesBulkAlone: true)) == ["r16", "r17", "r18", "r19", "b"])
        #expect(batcher.next(includesBulkAlone: true) == nil)
    }

    @Test("Settled items are let go of, and the texts that nobody else wants")
    func settled() {
        var batcher = batcher(EmbeddingLimits(maximumInputs: 1))
        let items = ["a", "b", "b", "c", "d"].map { WorkItem.embedding($0) }
        for item in items { batcher.add(item) }
        // In two queues, and in flight.
        batcher.add(.embedding("d", lane: .search))
        let inFlight = batcher.next(includesBulkAlone: true) ?? []
        #expect(texts(inFlight) == ["d"])
        for item in items where item !== items[1] { item.isSettled = true }
        batcher.discardSettled()
        #expect(batcher.count == 2)
        batcher.putBack(inFlight)
        #expect(inFlight.first?.items.count == 1)
        #expect(texts(batcher.next(includesBulkAlone: true)) == ["d"])
        #expect(texts(batcher.next(includesBulkAlone: true)) == ["b"])
        #expect(batcher.next(includesBulkAlone: true) == nil)
    }

    @Test("Over any sequence of events, every job gets its text embedded once", arguments: 0..<40)
    func anySequence(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var model = BatcherModel(maximumInputs: Int.random(in: 1...5, using: &random))
        for _ in 0..<300 { model.step(using: &random) }
        model.drain()
        #expect(model.faults == [])
        #expect(model.delivered == Array(0..<model.added))
    }
}
