import Synchronization
import Testing
import Tracing

@testable import OpenTelemetry

@Suite struct SpanQueueTests {
    private func span(_ name: String) -> SpanRecord {
        let context = SpanContext(traceID: .random(), spanID: .random(), isSampled: true, state: .none)
        return SpanRecord(name, context, parent: nil, kind: .internal, start: 1)
    }

    @Test func beyondItsBoundTheNewestAreDroppedAndCounted() {
        let queue = SpanQueue(capacity: 3, batchSize: 2)
        for name in ["a", "b", "c", "d", "e"] { queue.add(span(name)) }
        #expect(queue.count == 3)
        #expect(queue.takeDropped() == 2)
        #expect(queue.takeDropped() == 0)
        #expect(queue.takeBatch().map(\.name) == ["a", "b"])
        queue.add(span("f"))
        #expect(queue.takeBatch().map(\.name) == ["c", "f"])
        #expect(queue.takeBatch().isEmpty)
    }

    @Test func ringsForTheFirstAndForAFullBatch() {
        let rings = Mutex<[Int]>([])
        let queue = SpanQueue(capacity: 6, batchSize: 3)
        queue.onReady { rings.withLock { $0.append(queue.count) } }
        for _ in 0..<7 { queue.add(span("a")) }
        #expect(rings.withLock { $0 } == [1, 3])
    }
}
