internal import JSON
internal import Tracing

/// Writes an `ExportTraceServiceRequest` in OTLP's JSON encoding: names in lowerCamelCase, ids as hexadecimal digits,
/// 64-bit numbers as decimal strings, enumerations as numbers.
/// Source: OpenTelemetry protocol 1.x, "JSON Protobuf Encoding"; `opentelemetry/proto/trace/v1/trace.proto`.
enum OTLPTraces {
    /// About as much as one takes.
    static let bytesPerSpan = 1_024
    /// The library that makes the spans, as the protocol calls it.
    private static let scope = "memoir"

    static func json(_ spans: [SpanRecord], of resource: TraceResource) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: spans.count * bytesPerSpan + 512)
        writer.beginObject()
        writer.name("resourceSpans")
        writer.beginArray()
        writer.beginObject()
        writer.name("resource")
        writer.beginObject()
        writer.attributes(
            [
                "service.name": .string(resource.serviceName),
                "service.version": .string(resource.serviceVersion),
                "service.instance.id": .string(resource.instanceID),
            ]
        )
        writer.endObject()
        writer.name("scopeSpans")
        writer.beginArray()
        writer.beginObject()
        writer.name("scope")
        writer.beginObject()
        writer.member("name", scope)
        writer.member("version", resource.serviceVersion)
        writer.endObject()
        writer.name("spans")
        writer.beginArray()
        for span in spans { append(span, to: &writer) }
        writer.endArray()
        writer.endObject()
        writer.endArray()
        writer.endObject()
        writer.endArray()
        writer.endObject()
        return writer.finish()
    }

    private static func append(_ span: SpanRecord, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.identity(span.context, parent: span.parent)
        if let parent = span.parent { writer.member("parentSpanId", parent.spanID.description) }
        writer.member("name", span.name)
        writer.name("kind")
        writer.integer(number(of: span.kind))
        writer.nanoseconds("startTimeUnixNano", span.start)
        writer.nanoseconds("endTimeUnixNano", span.end)
        writer.attributes(span.attributes)
        appendEvents(of: span, to: &writer)
        appendLinks(of: span, to: &writer)
        if let status = span.status {
            writer.name("status")
            writer.beginObject()
            writer.name("code")
            writer.integer(status.code == .ok ? 1 : 2)
            if let message = status.message { writer.member("message", message) }
            writer.endObject()
        }
        writer.endObject()
    }

    private static func appendEvents(of span: SpanRecord, to writer: inout JSONWriter) {
        guard !span.events.isEmpty else { return }
        writer.name("events")
        writer.beginArray()
        for event in span.events {
            writer.beginObject()
            writer.nanoseconds("timeUnixNano", event.nanosecondsSinceEpoch)
            writer.member("name", event.name)
            writer.attributes(event.attributes)
            writer.endObject()
        }
        writer.endArray()
        writer.dropped("droppedEventsCount", span.droppedEvents)
    }

    private static func appendLinks(of span: SpanRecord, to writer: inout JSONWriter) {
        guard !span.links.isEmpty else { return }
        writer.name("links")
        writer.beginArray()
        for link in span.links {
            guard let linked = link.context.spanContext else { continue }
            writer.beginObject()
            writer.identity(linked, parent: linked)
            writer.attributes(link.attributes)
            writer.endObject()
        }
        writer.endArray()
        writer.dropped("droppedLinksCount", span.droppedLinks)
    }

    private static func number(of kind: SpanKind) -> Int {
        switch kind {
        case .internal: 1
        case .server: 2
        case .client: 3
        case .producer: 4
        case .consumer: 5
        }
    }
}
