import JobQueue
import Reactor
import Testing
import Tracing

@testable import OpenTelemetry
@testable import Worker

@Suite @Reactor struct CallTracingTests {
    private let rig = TracingRig()

    private func linked(_ span: SpanRecord) -> [String] {
        span.links.compactMap { $0.context.spanContext?.spanID.description }
    }

    private func id(_ item: WorkItem) -> String { item.span?.context.spanContext?.spanID.description ?? "" }

    @Test func aCallOfOneJobIsAPartOfIt() throws {
        let item = rig.saving("j1", trace: 1)
        rig.tracing.storeCall(CallTarget(.upsert, "c"), [item])?.succeeded()
        let span = try #require(rig.ended().first)
        #expect(span.name == "upsert c")
        #expect(span.kind == .client)
        #expect(span.parent?.spanID.description == id(item))
        #expect(span.links.isEmpty)
        #expect(span.status == nil)
        #expect(
            span.attributes == [
                "db.system.name": "qdrant", "db.operation.name": "upsert", "db.collection.name": "c",
                "db.operation.batch.size": 1,
            ]
        )
    }

    @Test func ofOneTraceTheFirstIsTheParentAndTheOthersAreLinked() throws {
        let items = (1...3).map { rig.saving("j\($0)", trace: 1) }
        rig.tracing.storeCall(CallTarget(.upsert, "c"), items)?.succeeded()
        let span = try #require(rig.ended().first)
        #expect(span.parent?.spanID.description == id(items[0]))
        #expect(linked(span) == items.dropFirst().map(id))
    }

    @Test func ofSeveralTracesItBeginsItsOwn() throws {
        let items = [rig.saving("a", trace: 1), rig.saving("b", trace: 1), rig.saving("c", trace: 2)]
        rig.tracing.storeCall(CallTarget(.upsert, "c"), items)?.succeeded()
        let span = try #require(rig.ended().first)
        #expect(span.parent == nil)
        let traces = items.compactMap { $0.span?.context.spanContext?.traceID }
        #expect(traces.count == 3)
        #expect(!traces.contains(span.context.traceID))
        #expect(linked(span) == items.map(id))
    }

    @Test func linksHaveABound() throws {
        let items = (1...100).map { rig.saving("j\($0)", trace: $0) }
        rig.tracing.storeCall(CallTarget(.upsert, "c"), items)?.succeeded()
        let span = try #require(rig.ended().first)
        #expect(linked(span) == items.prefix(32).map(id))
        #expect(span.attributes.get("db.operation.batch.size") == .int64(100))
    }

    @Test func onlyJobsThatAreRecordedAreLinked() throws {
        let items = [rig.saving("a", trace: 1), rig.saving("b", trace: 2, isSampled: false), rig.saving("c", trace: 3)]
        rig.tracing.storeCall(CallTarget(.upsert, "c"), items)?.succeeded()
        let span = try #require(rig.ended().first)
        #expect(linked(span) == [id(items[0]), id(items[2])])
    }

    @Test func withoutTracingThereIsNone() {
        #expect(rig.tracing.storeCall(CallTarget(.upsert, "c"), [WorkItem.saving("j1")]) == nil)
    }

    @Test func aCallThatFailsSaysWhy() throws {
        rig.tracing.storeCall(CallTarget(.query, "c"), [rig.saving("j1", trace: 1)])?.failed("timedOut")
        let span = try #require(rig.ended().first)
        #expect(span.status == SpanStatus(code: .error))
        #expect(span.attributes.get("error.type") == .string("timedOut"))
    }

    @Test func theEmbeddingStageTellsOfItsCalls() async throws {
        let stage = EmbeddingRig(tracing: rig.tracing)
        try await stage.run {
            for (number, text) in ["one", "two"].enumerated() {
                stage.stage.submit(rig.embedding(text, trace: number + 1))
            }
            try await stage.told.until("both are embedded") { stage.told.embedded.count == 2 }
        }
        let spans = rig.ended()
        #expect(spans.count >= 1)
        for span in spans {
            #expect(span.name == "embeddings \(stage.stage.model)")
            #expect(span.attributes.get("gen_ai.operation.name") == .string("embeddings"))
            #expect(span.attributes.get("gen_ai.usage.input_tokens") != nil)
            #expect(span.end >= span.start)
        }
    }

    @Test func theStoreStageTellsOfItsCalls() async throws {
        let stage = StoreRig(tracing: rig.tracing)
        let item = rig.saving("j1", trace: 1)
        try await stage.run {
            stage.stage.submit(item)
            try await stage.told.until("it is stored") { stage.told.succeeded == ["j1"] }
        }
        let span = try #require(rig.ended().first)
        #expect(span.name == "upsert c")
        #expect(span.parent?.spanID.description == id(item))
    }
}
