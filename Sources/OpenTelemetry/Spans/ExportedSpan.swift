package import Tracing

/// A span of `OpenTelemetryTracer`: sent once it has ended, where its trace is sampled; else it only passes the context on.
package struct ExportedSpan: Tracing.Span {
    package let context: InstrumentationContext
    private let name: String
    /// Nil where the trace is not sampled.
    private let recording: SpanRecording?

    init(_ name: String, context: InstrumentationContext, recording: SpanRecording?) {
        self.name = name
        self.context = context
        self.recording = recording
    }

    package var isRecording: Bool { recording.map { !$0.isEnded } ?? false }

    package var operationName: String {
        get { recording?.record.name ?? name }
        nonmutating set { recording?.change { $0.name = newValue } }
    }

    package var attributes: SpanAttributes {
        get { recording?.record.attributes ?? [:] }
        nonmutating set { recording?.change { $0.attributes = newValue } }
    }

    package func setStatus(_ status: SpanStatus) {
        recording?.change { $0.status = status }
    }

    package func addEvent(_ event: SpanEvent) {
        recording?.change { $0.add(event) }
    }

    package func addLink(_ link: SpanLink) {
        recording?.change { $0.add(link) }
    }

    /// As an event, by OpenTelemetry's semantic conventions for exceptions.
    package func recordError<Instant: TracerInstant>(
        _ error: any Error,
        attributes: SpanAttributes,
        at instant: @autoclosure () -> Instant
    ) {
        guard let recording else { return }
        var all: SpanAttributes = [
            "exception.type": .string("\(type(of: error))"),
            "exception.message": .string("\(error)"),
        ]
        all.merge(attributes)
        let event = SpanEvent(name: "exception", at: instant(), attributes: all)
        recording.change { $0.add(event) }
    }

    package func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        recording?.end(at: instant().nanosecondsSinceEpoch)
    }
}
