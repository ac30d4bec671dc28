internal import JobQueue
internal import Logging
internal import Reactor
internal import Tracing

/// Makes the spans of jobs. There is none of these where tracing is off: then nothing is done for it.
///
/// A span tells which job it was, where its time went and what became of it; never what it says, whose it is or what it is
/// called by. Source: OpenTelemetry semantic conventions for messaging.
@Reactor
final class JobTracing {
    let tracer: any Tracer
    private let keys: JobKeys

    init(tracer: any Tracer, keys: JobKeys) {
        self.tracer = tracer
        self.keys = keys
    }

    /// Begun when the job came into its stream. Its parent is what the job names; one that is wrong is as if it named none.
    func begin(_ job: Job) -> any Span {
        var context = InstrumentationContext.topLevel
        tracer.extract(job, into: &context, using: JobContextExtractor())
        let span = tracer.startSpan(
            "memoir \(job.type.rawValue)",
            context: context,
            ofKind: .consumer,
            at: Self.time(job.enqueuedAt * 1_000)
        )
        if span.isRecording { span.attributes = attributes(of: job) }
        return span
    }

    /// - Parameters:
    ///   - span: what `begin` made; nil for a job that was never admitted.
    ///   - code: of the error.
    func end(
        _ span: (any Span)?,
        _ job: Job,
        _ timings: JobTimings,
        _ outcome: AttemptOutcome,
        code: StaticString? = nil
    ) {
        let span = span ?? begin(job)
        guard span.isRecording else { return }
        let stages = JobStages(job, timings, outcome)
        for stage in stages.all {
            let part = tracer.startSpan(stage.name, context: span.context, at: Self.time(stage.start))
            part.end(at: Self.time(stage.end))
        }
        span.updateAttributes { attributes in
            attributes["memoir.outcome"] = outcome.rawValue
            if let code { attributes["error.type"] = "\(code)" }
        }
        if code != nil { span.setStatus(SpanStatus(code: .error)) }
        span.end(at: Self.time(stages.end))
    }

    /// For a log line about the job.
    func metadata(_ span: (any Span)?) -> Logger.Metadata {
        span.flatMap { SpanIdentity($0, of: tracer)?.metadata } ?? [:]
    }

    private func attributes(of job: Job) -> SpanAttributes {
        var attributes: SpanAttributes = [
            "messaging.system": "redis",
            "messaging.operation.name": "process",
            "messaging.operation.type": "process",
            "messaging.destination.name": .string(keys.jobs(job.lane)),
            "messaging.consumer.group.name": .string(JobKeys.group),
            "messaging.message.id": .string(String(decoding: job.id, as: UTF8.self)),
            "memoir.lane": .string(job.lane.rawValue),
            "memoir.attempt": .int64(Int64(job.history.attempts + 1)),
        ]
        if !job.collection.isEmpty {
            attributes["memoir.collection"] = String(decoding: job.collection, as: UTF8.self)
        }
        return attributes
    }

    /// - Parameter microseconds: since 1970.
    static func time(_ microseconds: Int) -> DefaultTracerClock.Timestamp {
        DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: UInt64(max(0, microseconds)) * 1_000)
    }
}
