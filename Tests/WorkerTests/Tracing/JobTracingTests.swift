import JobQueue
import Logging
import Reactor
import Testing
import Tracing

@testable import OpenTelemetry
@testable import Worker

@Suite @Reactor struct JobTracingTests {
    private let rig = TracingRig()

    private var timings: JobTimings {
        var timings = JobTimings(queued: 10, total: 60)
        timings.embedding = 20
        timings.store = 30
        return timings
    }

    @Test func aJobIsAPartOfItsSendersTrace() throws {
        let job = TracingRig.job("j1", traceparent: TracingRig.traceparent(7))
        rig.tracing.end(rig.tracing.begin(job), job, timings, .ok)
        let spans = rig.ended()
        #expect(spans.map(\.name) == ["queued", "embedding", "store", "memoir save"])
        let own = try #require(spans.last)
        #expect(own.kind == .consumer)
        #expect(own.context.traceID.description == TracingRig.traceID(7))
        #expect(own.parent?.spanID.description == TracingRig.parent)
        #expect(own.status == nil)
        // By the stream's clock: 1,700,000,000,000 ms.
        #expect(own.start == 1_700_000_000_000_000_000)
        #expect(own.end == 1_700_000_000_000_060_000)
        for stage in spans.dropLast() {
            #expect(stage.parent?.spanID == own.context.spanID)
            #expect(stage.start >= own.start && stage.end <= own.end)
        }
        #expect(
            own.attributes == [
                "messaging.system": "redis", "messaging.operation.name": "process",
                "messaging.operation.type": "process", "messaging.destination.name": "memory:{0}:jobs:save",
                "messaging.consumer.group.name": "workers", "messaging.message.id": "j1", "memoir.lane": "save",
                "memoir.attempt": 1, "memoir.collection": "c", "memoir.outcome": "ok",
            ]
        )
    }

    /// By its id, a job may be of any time: no clock of ours has to agree.
    @Test func aJobOfTheFarFutureHasASpanToo() throws {
        let fields = [("v", "1"), ("id", "j"), ("type", "embed"), ("content", "text")]
        let (job, _) = Job.decoded(fields: fields, entryID: "18446744073709551615-1")
        rig.tracing.end(nil, job, JobTimings(queued: .min, total: .min), .error, code: "invalid_job")
        let span = try #require(rig.ended().last)
        #expect(span.start == 9_999_999_999_999_000_000 && span.end == span.start)
    }

    /// Neither what a job says nor whose it is stands in any of it.
    @Test func nothingOfTheJobsContentIsTold() {
        let item = rig.saving("j1", trace: 1)
        let call = rig.tracing.storeCall(CallTarget(.upsert, "c"), [item])
        call?.succeeded()
        rig.tracing.end(item.span, item.job, timings, .error, code: "invalid_job")
        let told = rig.ended().map { "\($0)" }.joined()
        #expect(told.contains("invalid_job"))
        for secret in ["private", "natural-key", "somebody"] { #expect(!told.contains(secret)) }
    }

    @Test(arguments: [
        "", "00-not-a-trace", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01", "\u{FFFD}", String(repeating: "0", count: 400),
    ])
    func aWrongParentIsNone(_ traceparent: String) throws {
        let (job, problem) = Job.decoded([
            "v": "1", "id": "j", "type": "embed", "content": "text", "traceparent": traceparent,
        ])
        #expect(problem == nil)
        rig.tracing.end(rig.tracing.begin(job), job, timings, .ok)
        let span = try #require(rig.ended().last)
        #expect(span.parent == nil)
    }

    @Test func aTraceThatIsNotRecordedIsLeftAlone() {
        let item = rig.saving("j1", trace: 1, isSampled: false)
        #expect(rig.tracing.storeCall(CallTarget(.upsert, "c"), [item]) == nil)
        rig.tracing.end(item.span, item.job, timings, .ok)
        #expect(rig.ended().isEmpty)
    }

    @Test(arguments: [
        (AttemptOutcome.error, "embedding_refused" as StaticString), (.retried, "store_failed"),
        (.cancelled, "cancelled"), (.expired, "expired"),
    ])
    func whatFailsSaysSo(_ outcome: AttemptOutcome, _ code: StaticString) throws {
        let job = TracingRig.job("j1", traceparent: nil)
        rig.tracing.end(nil, job, timings, outcome, code: code)
        let span = try #require(rig.ended().last)
        #expect(span.status == SpanStatus(code: .error))
        #expect(span.attributes.get("error.type") == .string("\(code)"))
        #expect(span.attributes.get("memoir.outcome") == .string(outcome.rawValue))
    }

    @Test func aLogLineNamesTheSpan() throws {
        let item = rig.saving("j1", trace: 5)
        let own = try #require(item.span?.context.spanContext)
        let metadata = rig.tracing.metadata(item.span)
        #expect(metadata == ["trace_id": "\(TracingRig.traceID(5))", "span_id": "\(own.spanID)"])
        #expect(rig.tracing.metadata(nil).isEmpty)
    }
}
