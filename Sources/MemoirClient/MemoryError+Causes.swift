internal import JobQueue
internal import RedisClient

extension MemoryError {
    init(_ error: EnqueueError, jobID: String) {
        switch error {
        case .queueFull(let full): self.init(.queueFull, "\(full)", jobID: jobID, isRetryable: true)
        case .redis(let error): self.init(error, jobID: jobID)
        }
    }

    init(_ error: RedisError, jobID: String?) {
        switch error.code {
        case .closed: self = .closed(jobID: jobID)
        case .cancelled: self = .cancelled(jobID: jobID)
        default:
            let event = error.code == .server ? "redis_refused" : "redis_connection_failed"
            self.init(.unavailable, "\(event): \(error): \(error.hint)", jobID: jobID, isRetryable: error.isPassing)
        }
    }

    /// A result that is not `ok`.
    init(_ answer: JobAnswer, jobID: String) {
        let code = answer.errorCode ?? answer.status.rawValue
        let message = answer.errorMessage ?? "the job was answered without a message"
        switch (answer.status, code) {
        case (.expired, _): self.init(.expired, message, jobID: jobID, isRetryable: true)
        case (_, "invalid_job"):
            self.init(.invalidJob, message, jobID: jobID)
            // "metadata.amount: is no number"
            if let colon = message.firstIndex(of: ":") { field = String(message[..<colon]) }
        default:
            self.init(.failed, "\(code): \(message)", jobID: jobID, isRetryable: answer.isRetryable)
            jobCode = code
        }
    }

    static func invalid(field: String, _ reason: String) -> MemoryError {
        var error = MemoryError(.invalidJob, "\(field): \(reason)")
        error.field = field
        return error
    }

    static func timedOut(jobID: String) -> MemoryError {
        let message = "no result in time: is a worker running? The job stays in the queue as \(jobID)"
        return MemoryError(.timedOut, message, jobID: jobID, isRetryable: true)
    }

    static let notConnected = MemoryError(
        .unavailable,
        "redis_connection_failed: Redis has not answered in time: check that Redis at REDIS_URL answers",
        isRetryable: true
    )

    static func closed(jobID: String?) -> MemoryError {
        MemoryError(.closed, "the client is closed", jobID: jobID)
    }

    static func cancelled(jobID: String?) -> MemoryError {
        MemoryError(.cancelled, "the calling task was cancelled", jobID: jobID)
    }

    static func tooManyJobs(_ bound: Int) -> MemoryError {
        let message = "\(bound) jobs are waited for already: wait, or raise maximumJobsInFlight"
        return MemoryError(.tooManyJobs, message, isRetryable: true)
    }

    static func invalidAnswer(jobID: String, _ missing: String) -> MemoryError {
        MemoryError(.invalidAnswer, "the result of job \(jobID) lacks \(missing)", jobID: jobID)
    }
}
