package import Tracing

extension InstrumentationContext {
    private enum SpanContextKey: InstrumentationContextKey {
        typealias Value = SpanContext
        static var nameOverride: String? { "opentelemetry_span" }
    }

    /// The span that whatever is begun in this context is a child of.
    package var spanContext: SpanContext? {
        get { self[SpanContextKey.self] }
        set { self[SpanContextKey.self] = newValue }
    }
}
