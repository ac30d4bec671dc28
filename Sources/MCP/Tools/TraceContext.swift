/// The trace that a request belongs to, as W3C Trace Context writes it: from `_meta`, else from the headers of HTTP. It
/// is handed on as it came, unchecked but for its length.
package struct TraceContext: Sendable, Equatable {
    /// Longer ones are left out.
    static let maximumLength = 512

    package var traceparent: String?
    package var tracestate: String?

    package init(traceparent: String? = nil, tracestate: String? = nil) {
        self.traceparent = traceparent
        self.tracestate = tracestate
    }
}
