import MemoirClient
import OpenTelemetry
import RedisServerFixture
import Testing
import Tracing

@Suite("MemoryClient: the caller's trace", .timeLimit(.minutes(1)))
struct TraceTests {
    private static let given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    private func tracer() -> OpenTelemetryTracer {
        OpenTelemetryTracer(sampler: Sampler(ratio: 1), queue: SpanQueue())
    }

    private func bench() async throws -> (Bench, StubWorker) {
        let bench = try await Bench()
        return (bench, await bench.worker(answering: #"{"id":"p","deduped":false}"#))
    }

    @Test("A call within a span sends that span's context")
    func span() async throws {
        let (bench, worker) = try await bench()
        let tracer = tracer()
        let sent = try await withTracer(tracer) {
            try await tracer.withSpan("answer a question") { span in
                try await bench.client.save("x", in: "notes")
                return span.context.spanContext?.traceparent
            }
        }
        #expect(sent != nil)
        #expect(await worker.jobs.map { $0["traceparent"] } == [sent])
    }

    @Test("So do many saves, each")
    func many() async throws {
        let (bench, worker) = try await bench()
        let tracer = tracer()
        let sent = try await withTracer(tracer) {
            try await tracer.withSpan("read a ledger") { span in
                let saves = bench.client.saveMany((0..<3).map { MemoryToSave("text \($0)") }, in: "notes")
                for try await outcome in saves { _ = try outcome.get() }
                return span.context.spanContext?.traceparent
            }
        }
        #expect(sent != nil)
        #expect(await worker.jobs.map { $0["traceparent"] } == [sent, sent, sent])
    }

    @Test("What the caller gives goes before it, also where nothing is traced")
    func given() async throws {
        let (bench, worker) = try await bench()
        let tracer = tracer()
        let options = CallOptions(traceparent: Self.given)
        try await bench.client.save("x", in: "notes", options: options)
        try await withTracer(tracer) {
            try await tracer.withSpan("answer a question") { _ in
                _ = try await bench.client.save("y", in: "notes", options: options)
            }
        }
        #expect(await worker.jobs.map { $0["traceparent"] } == [Self.given, Self.given])
    }

    @Test("Without a tracer, or without a span, nothing is sent")
    func none() async throws {
        let (bench, worker) = try await bench()
        try await bench.client.save("x", in: "notes")
        try await withTracer(tracer()) { _ = try await bench.client.save("y", in: "notes") }
        var context = InstrumentationContext.topLevel
        context.spanContext = SpanContext(traceparent: Self.given, tracestate: nil)
        try await InstrumentationContext.withValue(context) { _ = try await bench.client.save("z", in: "notes") }
        #expect(await worker.jobs.map { $0["traceparent"] } == [nil, nil, nil])
    }
}
