import JSON
import Testing

@testable import JobQueue

@Suite struct ResultEnvelopeTests {
    private let envelope = ResultEnvelope(worker: "w \"1\"")

    private func job(id: String = "j", type: JobType = .save) -> Job {
        let entryID = Array("1-0".utf8)
        var job = Job(entryID: [], storage: entryID + Array(id.utf8), lane: .save)
        job.idSpan = Job.Span((entryID + Array(id.utf8))[3...])
        job.type = type
        return job
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func aResult() {
        let timings = JobTimings(queued: 1_234, embedding: 0, store: 999, total: 61_000_007)
        let bytes = envelope.ok(job(id: "a\"\n"), timings: timings) { $0 += Array("{\"deduped\":false}".utf8) }
        #expect(
            text(bytes) == #"{"id":"a\"\n","type":"save","status":"ok","result":{"deduped":false},"error":null,"#
                + #""attempts":1,"worker":"w \"1\"","#
                + #""timings_ms":{"queued":1.234,"embedding":0.000,"store":0.999,"total":61000.007}}"#
        )
    }

    @Test func anError() {
        let error = JobError(InvalidJob("ttl", "is \"0\": no"))
        let bytes = envelope.error(job(type: .search), error, timings: JobTimings(queued: -5))
        #expect(
            text(bytes) == #"{"id":"j","type":"search","status":"error","result":null,"error":{"code":"invalid_job","#
                + #""message":"ttl: is \"0\": no","retryable":false},"attempts":1,"worker":"w \"1\"","#
                + #""timings_ms":{"queued":0.000,"embedding":0.000,"store":0.000,"total":0.000}}"#
        )
    }

    @Test(arguments: JobType.allCases)
    func whatIsWrittenCanBeRead(type: JobType) throws {
        let all = [
            ("ok", envelope.ok(job(type: type), timings: JobTimings()) { $0 += Array("[1]".utf8) }),
            ("expired", envelope.expired(job(type: type), timings: JobTimings(total: Int.max))),
            (
                "error",
                envelope.error(
                    job(type: type),
                    JobError(code: "x", message: "\u{0}\u{1f600}", isRetryable: true),
                    timings: JobTimings()
                )
            ),
        ]
        for (status, bytes) in all {
            let value = try JSONValue(parsing: bytes)
            guard case .object = value else {
                Issue.record("no object")
                continue
            }
            #expect(text(bytes).contains("\"type\":\"\(type.rawValue)\",\"status\":\"\(status)\""))
        }
    }
}
