package import Tracing

/// Makes spans and hands those that are sampled to a queue once they have ended, from which `SpanExporter` sends them.
package struct OpenTelemetryTracer: Tracer {
    package typealias Span = ExportedSpan

    private static let traceparent = "traceparent"
    private static let tracestate = "tracestate"

    private let sampler: Sampler
    private let queue: SpanQueue

    package init(sampler: Sampler, queue: SpanQueue) {
        self.sampler = sampler
        self.queue = queue
    }

    package func startSpan<Instant: TracerInstant>(
        _ operationName: String,
        context: @autoclosure () -> InstrumentationContext,
        ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant,
        function: String,
        file fileID: String,
        line: UInt
    ) -> ExportedSpan {
        var context = context()
        let parent = context.spanContext
        let traceID = parent?.traceID ?? .random()
        let own = SpanContext(
            traceID: traceID,
            spanID: .random(),
            isSampled: sampler.samples(traceID, parent: parent),
            state: parent?.state ?? .none
        )
        context.spanContext = own
        guard own.isSampled else { return ExportedSpan(operationName, context: context, recording: nil) }
        let start = instant().nanosecondsSinceEpoch
        let record = SpanRecord(operationName, own, parent: parent, kind: kind, start: start)
        return ExportedSpan(operationName, context: context, recording: SpanRecording(record, queue: queue))
    }

    /// Nothing is to be waited for here: `SpanExporter` sends what is left when it is stopped.
    package func forceFlush() {}

    /// A context that is missing or invalid changes nothing.
    package func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout InstrumentationContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let traceparent = extractor.extract(key: Self.traceparent, from: carrier) else { return }
        let tracestate = extractor.extract(key: Self.tracestate, from: carrier)
        guard let remote = SpanContext(traceparent: traceparent, tracestate: tracestate) else { return }
        context.spanContext = remote
    }

    package func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let span = context.spanContext else { return }
        injector.inject(span.traceparent, forKey: Self.traceparent, into: &carrier)
        guard !span.state.isEmpty else { return }
        injector.inject(span.state.text, forKey: Self.tracestate, into: &carrier)
    }
}
