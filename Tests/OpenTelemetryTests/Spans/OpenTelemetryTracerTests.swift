import Testing
import Tracing

@testable import OpenTelemetry

@Suite struct OpenTelemetryTracerTests {
    private static let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    private let queue = SpanQueue(capacity: 4, batchSize: 4)

    private func tracer(ratio: Double = 1) -> OpenTelemetryTracer {
        OpenTelemetryTracer(sampler: Sampler(ratio: ratio), queue: queue)
    }

    private func context(_ headers: [String: String]) -> InstrumentationContext {
        var context = InstrumentationContext.topLevel
        tracer().extract(headers, into: &context, using: DictionaryCarrier())
        return context
    }

    private func headers(of span: any Span) -> [String: String] {
        var headers: [String: String] = [:]
        tracer().inject(span.context, into: &headers, using: DictionaryCarrier())
        return headers
    }

    @Test func aChildOfAnotherProgramsSpan() throws {
        let context = context(["traceparent": Self.traceparent, "tracestate": "rojo=1"])
        let span = tracer(ratio: 0).startSpan("work", context: context, ofKind: .consumer)
        let own = try #require(span.context.spanContext)
        #expect(own.traceID.description == "0af7651916cd43dd8448eb211c80319c")
        #expect(own.spanID.description != "b7ad6b7169203331")
        #expect(!own.isRemote)
        #expect(headers(of: span) == ["traceparent": own.traceparent, "tracestate": "rojo=1"])
        span.end()
        let record = try #require(queue.takeBatch().first)
        #expect(record.parent?.spanID.description == "b7ad6b7169203331")
        #expect(record.parent?.isRemote == true)
        #expect(record.kind == .consumer)
    }

    @Test func withoutAParentATraceBegins() throws {
        let span = tracer().startSpan("work", context: .topLevel)
        let child = tracer().startSpan("part", context: span.context)
        child.end()
        span.end()
        let records = queue.takeBatch()
        try #require(records.map(\.name) == ["part", "work"])
        #expect(records[1].parent == nil)
        #expect(records[0].parent == records[1].context)
        #expect(records[0].context.traceID == records[1].context.traceID)
    }

    @Test(arguments: [nil, "", "00-not-a-trace", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"])
    func aWrongContextIsNone(_ traceparent: String?) {
        let context = context(traceparent.map { ["traceparent": $0, "tracestate": "rojo=1"] } ?? ["tracestate": "a=1"])
        #expect(context.spanContext == nil)
        var headers: [String: String] = [:]
        tracer().inject(context, into: &headers, using: DictionaryCarrier())
        #expect(headers.isEmpty)
    }

    @Test func whatIsNotSampledIsPassedOnAndNotKept() {
        let parent = context(["traceparent": Self.traceparent.dropLast() + "0"])
        for span in [
            tracer().startSpan("work", context: parent), tracer(ratio: 0).startSpan("work", context: .topLevel),
        ] {
            #expect(!span.isRecording)
            #expect(headers(of: span)["traceparent"]?.hasSuffix("-00") == true)
            span.attributes["a"] = 1
            span.operationName = "other"
            #expect(span.operationName == "work")
            #expect(span.attributes.isEmpty)
            span.end()
        }
        #expect(queue.count == 0)
    }

    @Test func afterItsEndASpanStaysAsItIs() throws {
        let span = tracer().startSpan("work", context: .topLevel, at: Moment(5))
        span.attributes["a"] = 1
        #expect(span.isRecording)
        span.end(at: Moment(9))
        #expect(!span.isRecording)
        span.attributes["b"] = 2
        span.operationName = "other"
        span.end(at: Moment(11))
        let records = queue.takeBatch()
        try #require(records.count == 1)
        #expect(records[0].name == "work")
        #expect((records[0].start, records[0].end) == (5, 9))
        #expect(records[0].attributes == ["a": 1])
    }

    @Test func aClockThatWasSetBackMakesNoNegativeLength() throws {
        let span = tracer().startSpan("work", context: .topLevel, at: Moment(9))
        span.end(at: Moment(5))
        #expect(queue.takeBatch().first?.end == 9)
    }

    @Test func anErrorIsAnEvent() throws {
        struct Trouble: Error, CustomStringConvertible { let description = "no room" }
        let span = tracer().startSpan("work", context: .topLevel)
        span.recordError(Trouble(), attributes: ["more": true], at: Moment(7))
        span.end()
        let event = try #require(queue.takeBatch().first?.events.first)
        #expect(event.name == "exception")
        #expect(event.nanosecondsSinceEpoch == 7)
        #expect(event.attributes == ["exception.type": "Trouble", "exception.message": "no room", "more": true])
    }

    @Test func eventsAndLinksHaveABound() throws {
        let span = tracer().startSpan("work", context: .topLevel)
        for number in 0..<130 {
            span.addEvent(SpanEvent(name: "e\(number)"))
            span.addLink(SpanLink(context: span.context, attributes: [:]))
        }
        span.end()
        let record = try #require(queue.takeBatch().first)
        #expect((record.events.count, record.droppedEvents) == (128, 2))
        #expect((record.links.count, record.droppedLinks) == (128, 2))
    }

    @Test func spansEndOnAnyThread() async {
        let queue = SpanQueue(capacity: 1_000, batchSize: 1_000)
        let tracer = OpenTelemetryTracer(sampler: Sampler(ratio: 1), queue: queue)
        await withTaskGroup(of: Void.self) { group in
            let span = tracer.startSpan("shared", context: .topLevel)
            for number in 0..<200 {
                group.addTask {
                    span.addEvent(SpanEvent(name: "e\(number)"))
                    tracer.startSpan("own", context: span.context).end()
                    span.end()
                }
            }
        }
        #expect(queue.count == 201)
        #expect(queue.takeBatch().count { $0.name == "shared" } == 1)
    }
}
