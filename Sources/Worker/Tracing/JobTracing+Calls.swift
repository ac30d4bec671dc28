internal import JobQueue
internal import Tracing

/// Calls that carry many jobs. One of a single trace is a part of it; one of several belongs to none of them: it begins a
/// trace of its own, with links to the jobs.
extension JobTracing {
    /// Links of one call at the most.
    static let maximumLinks = 32

    /// Source: OpenTelemetry semantic conventions for generative AI.
    ///
    /// - Returns: nil where no trace of a job is recorded.
    func embeddingCall(_ entries: [TextEntry], model: String) -> CallSpan? {
        begin("embeddings \(model)", carrying: entries.lazy.flatMap(\.items)) {
            [
                "gen_ai.operation.name": "embeddings",
                "gen_ai.request.model": .string(model),
                "memoir.batch.inputs": .int64(Int64(entries.count)),
            ]
        }
    }

    /// Source: OpenTelemetry semantic conventions for databases.
    ///
    /// - Returns: nil where no trace of a job is recorded.
    func storeCall(_ target: CallTarget, _ items: [WorkItem]) -> CallSpan? {
        begin("\(target.kind) \(target.collection)", carrying: items) {
            [
                "db.system.name": "qdrant",
                "db.operation.name": .string("\(target.kind)"),
                "db.collection.name": .string(target.collection),
                "db.operation.batch.size": .int64(Int64(items.count)),
            ]
        }
    }

    private func begin(
        _ name: String,
        carrying items: some Sequence<WorkItem>,
        attributes: () -> SpanAttributes
    ) -> CallSpan? {
        let jobs = items.compactMap(\.span).filter(\.isRecording)
        guard let first = jobs.first else { return nil }
        let isOneTrace = sharesTrace(jobs)
        let span = tracer.startSpan(
            name,
            context: isOneTrace ? first.context : .topLevel,
            ofKind: .client,
            at: DefaultTracerClock.now
        )
        guard span.isRecording else { return nil }
        span.attributes = attributes()
        // Of a single trace, the first job is the parent.
        for job in jobs.dropFirst(isOneTrace ? 1 : 0).prefix(Self.maximumLinks) {
            span.addLink(SpanLink(context: job.context, attributes: [:]))
        }
        return CallSpan(span: span)
    }

    private func sharesTrace(_ jobs: [any Span]) -> Bool {
        guard let first = jobs.first, jobs.count > 1 else { return true }
        let trace = SpanIdentity(first, of: tracer)?.traceID
        return jobs.dropFirst().allSatisfy { SpanIdentity($0, of: tracer)?.traceID == trace }
    }
}
