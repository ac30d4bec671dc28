internal import Logging
internal import Tracing

/// Which span of which trace, as text: what a tracer of W3C's injects.
struct SpanIdentity: Equatable {
    let traceID: Substring
    let spanID: Substring

    private struct Header: Injector {
        func inject(_ value: String, forKey key: String, into header: inout String?) {
            if key == "traceparent" { header = value }
        }
    }

    /// Nil where the tracer is one that knows no W3C trace context.
    init?(_ span: any Span, of tracer: any Tracer) {
        var header: String?
        tracer.inject(span.context, into: &header, using: Header())
        let parts = (header ?? "").split(separator: "-")
        guard parts.count == 4 else { return nil }
        traceID = parts[1]
        spanID = parts[2]
    }

    /// For a log line.
    var metadata: Logger.Metadata { ["trace_id": "\(traceID)", "span_id": "\(spanID)"] }
}
