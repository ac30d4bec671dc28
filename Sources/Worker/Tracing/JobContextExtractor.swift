internal import JobQueue
internal import Tracing

/// Where a job carries the context of who sent it.
struct JobContextExtractor: Extractor {
    func extract(key: String, from job: Job) -> String? {
        guard key == "traceparent", let traceparent = job.traceparent else { return nil }
        return String(decoding: traceparent, as: UTF8.self)
    }
}
