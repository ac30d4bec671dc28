import JSON
import Testing
import Tracing

@testable import OpenTelemetry

@Suite struct OTLPTracesTests {
    private let queue = SpanQueue()
    private let resource = TraceResource(serviceName: "memoir", serviceVersion: "1.2", instanceID: "worker-1")

    private func tracer() -> OpenTelemetryTracer { OpenTelemetryTracer(sampler: Sampler(ratio: 1), queue: queue) }

    private func written() throws -> JSONValue {
        try JSONValue(parsing: OTLPTraces.json(queue.takeBatch(), of: resource))
    }

    private func first(_ value: JSONValue?) -> JSONValue? {
        guard case .array(let elements) = value else { return nil }
        return elements.first
    }

    private func span(_ document: JSONValue) -> JSONValue? {
        first(first(first(document["resourceSpans"])?["scopeSpans"])?["spans"])
    }

    /// Attributes by their key.
    private func attributes(_ value: JSONValue?) -> [String: JSONValue] {
        guard case .array(let elements) = value?["attributes"] else { return [:] }
        var attributes: [String: JSONValue] = [:]
        for element in elements {
            if case .string(let key) = element["key"] { attributes[key] = element["value"] }
        }
        return attributes
    }

    private func object(_ name: String, _ value: JSONValue) -> JSONValue { .object([JSONValue.Member(name, value)]) }

    @Test func whoSendsIt() throws {
        tracer().startSpan("work", context: .topLevel).end()
        let spans = first(try written()["resourceSpans"])
        #expect(
            attributes(spans?["resource"]) == [
                "service.name": object("stringValue", .string("memoir")),
                "service.version": object("stringValue", .string("1.2")),
                "service.instance.id": object("stringValue", .string("worker-1")),
            ]
        )
        #expect(first(spans?["scopeSpans"])?["scope"]?["name"] == .string("memoir"))
    }

    @Test func idsAsHexadecimalAndTimesAsDecimalStrings() throws {
        var context = InstrumentationContext.topLevel
        let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        context.spanContext = SpanContext(traceparent: traceparent, tracestate: "rojo=1")
        let start = Moment(1_700_000_000_123_456_789)
        let made = tracer().startSpan("work", context: context, ofKind: .consumer, at: start)
        made.setStatus(SpanStatus(code: .error, message: "no \"room\""))
        made.end(at: Moment(UInt64.max))
        let span = try #require(span(try written()))
        #expect(span["traceId"] == .string("0af7651916cd43dd8448eb211c80319c"))
        #expect(span["spanId"] == .string(made.context.spanContext?.spanID.description ?? ""))
        #expect(span["parentSpanId"] == .string("b7ad6b7169203331"))
        #expect(span["traceState"] == .string("rojo=1"))
        // Sampled, and its parent is known to be of another program.
        #expect(span["flags"] == .integer(0x301))
        #expect(span["name"] == .string("work"))
        #expect(span["kind"] == .integer(5))
        #expect(span["startTimeUnixNano"] == .string("1700000000123456789"))
        #expect(span["endTimeUnixNano"] == .string("18446744073709551615"))
        #expect(span["status"]?["code"] == .integer(2))
        #expect(span["status"]?["message"] == .string("no \"room\""))
    }

    @Test func whatIsNotThereIsLeftOut() throws {
        tracer().startSpan("work", context: .topLevel).end()
        let span = try #require(span(try written()))
        for name in ["parentSpanId", "traceState", "status", "attributes", "events", "links"] {
            #expect(span[name] == nil, "\(name)")
        }
        #expect(span["flags"] == .integer(0x101))
        #expect(span["kind"] == .integer(1))
    }

    @Test(arguments: [
        (SpanKind.internal, 1), (.server, 2), (.client, 3), (.producer, 4), (.consumer, 5),
    ])
    func kinds(_ kind: SpanKind, _ number: Int) throws {
        tracer().startSpan("work", context: .topLevel, ofKind: kind).end()
        #expect(span(try written())?["kind"] == .integer(number))
    }

    @Test func everyKindOfAttribute() throws {
        let made = tracer().startSpan("work", context: .topLevel)
        let table: [(String, SpanAttribute, JSONValue)] = [
            ("text", .string("a\nb"), object("stringValue", .string("a\nb"))),
            ("int32", .int32(-7), object("intValue", .string("-7"))),
            ("int64", .int64(.max), object("intValue", .string("9223372036854775807"))),
            ("double", .double(0.1), object("doubleValue", .double(0.1))),
            ("nan", .double(.nan), object("doubleValue", .string("NaN"))),
            ("infinite", .double(-.infinity), object("doubleValue", .string("-Infinity"))),
            ("bool", .bool(true), object("boolValue", .bool(true))),
            ("shown", .stringConvertible(TraceState.none.text.count), object("stringValue", .string("0"))),
            (
                "texts", .stringArray(["a", "b"]),
                object(
                    "arrayValue",
                    object("values", .array(["a", "b"].map { object("stringValue", .string($0)) }))
                )
            ),
            (
                "numbers", .int64Array([1]),
                object("arrayValue", object("values", .array([object("intValue", .string("1"))])))
            ),
            ("nothing", .doubleArray([]), object("arrayValue", object("values", .array([])))),
        ]
        for (name, attribute, _) in table { made.attributes[name] = attribute }
        made.end()
        let written = attributes(span(try written()))
        for (name, _, value) in table { #expect(written[name] == value, "\(name)") }
    }

    @Test func attributesHaveABound() throws {
        let made = tracer().startSpan("work", context: .topLevel)
        for number in 0..<130 { made.attributes["a\(number)"] = number }
        made.end()
        let span = span(try written())
        #expect(attributes(span).count == 128)
        #expect(span?["droppedAttributesCount"] == .integer(2))
    }

    @Test func eventsAndLinks() throws {
        let other = tracer().startSpan("other", context: .topLevel)
        let made = tracer().startSpan("work", context: .topLevel)
        made.addEvent(SpanEvent(name: "retried", at: Moment(5), attributes: ["attempt": 2]))
        made.addLink(SpanLink(context: other.context, attributes: ["n": 1]))
        made.addLink(SpanLink(context: .topLevel, attributes: [:]))
        made.end()
        let span = span(try written())
        let event = first(span?["events"])
        #expect(event?["timeUnixNano"] == .string("5"))
        #expect(event?["name"] == .string("retried"))
        #expect(attributes(event) == ["attempt": object("intValue", .string("2"))])
        guard case .array(let links) = span?["links"] else {
            Issue.record("no links")
            return
        }
        // A link to nothing is none.
        #expect(links.count == 1)
        #expect(links.first?["traceId"] == .string(other.context.spanContext?.traceID.description ?? ""))
        #expect(links.first?["spanId"] == .string(other.context.spanContext?.spanID.description ?? ""))
        #expect(attributes(links.first) == ["n": object("intValue", .string("1"))])
    }
}
