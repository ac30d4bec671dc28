import JobQueue
import Reactor
import Testing
import Tracing

@testable import OpenTelemetry
@testable import Worker

/// A tracer whose spans a test looks at.
@Reactor
final class TracingRig {
    private let queue = SpanQueue(capacity: 1_000, batchSize: 1_000)
    let tracing: JobTracing

    init(ratio: Double = 1) {
        let tracer = OpenTelemetryTracer(sampler: Sampler(ratio: ratio), queue: queue)
        tracing = JobTracing(tracer: tracer, keys: JobKeys())
    }

    /// Those that have ended since it was asked last.
    func ended() -> [SpanRecord] { queue.takeBatch() }

    static let parent = "b7ad6b7169203331"

    static func traceID(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 31 - digits.count) + digits + "f"
    }

    static func traceparent(_ number: Int, isSampled: Bool = true) -> String {
        "00-\(traceID(number))-\(parent)-0\(isSampled ? 1 : 0)"
    }

    func traced(_ item: WorkItem) -> WorkItem {
        item.span = tracing.begin(item.job)
        return item
    }

    /// A save as part of a trace of that number.
    func saving(_ id: String, trace: Int, isSampled: Bool = true, point: UInt64 = 1) -> WorkItem {
        let job = Self.job(id, traceparent: Self.traceparent(trace, isSampled: isSampled))
        let action = WorkItem.saving(id, point: point).action
        return traced(WorkItem(job: job, action: action, collection: "c", claimedAt: 0))
    }

    /// A text to embed as part of a trace of that number.
    func embedding(_ text: String, trace: Int, isSampled: Bool = true) -> WorkItem {
        let traceparent = Self.traceparent(trace, isSampled: isSampled)
        let (job, _) = Job.decoded(
            ["v": "1", "id": text, "type": "embed", "content": text, "traceparent": traceparent],
            lane: .embed
        )
        return traced(WorkItem(job: job, action: .embed, collection: "", claimedAt: 0))
    }

    static func job(_ id: String, traceparent: String?) -> Job {
        var fields = [
            ("v", "1"), ("id", id), ("type", "save"), ("collection", "c"), ("content", "very private words"),
            ("metadata", #"{"note":"private too"}"#), ("key", "natural-key"), ("tenant", "somebody"),
        ]
        if let traceparent { fields.append(("traceparent", traceparent)) }
        return Job.decoded(fields: fields).job
    }
}
