package import JobQueue
package import RedisClient

/// What all calls share, and what Memoir's own commands add to them: jobs for later, and results as they stand.
extension MemoryClient {
    /// Kept after the call has ended, for whoever asks again.
    private static let resultExtraSeconds = 60

    func request(_ type: JobType, _ options: CallOptions) -> JobRequest {
        request(named: type.rawValue, on: type.defaultLane, options)
    }

    /// - Parameter type: as the wire has it.
    func request(named type: String, on lane: Lane = .search, _ options: CallOptions) -> JobRequest {
        let wish = options.lane.flatMap { Lane(rawValue: $0.rawValue) }
        var request = JobRequest(type: type, lane: wish ?? lane, id: options.jobID ?? JobID.random())
        request.traceparent = options.traceparent ?? CallerTrace.traceparent
        return request
    }

    /// nil for what holds nothing.
    static func json(_ members: [String: MemoryValue], _ field: String) throws(MemoryError) -> String? {
        guard !members.isEmpty else { return nil }
        do throws(MemoryError) {
            return String(decoding: try MemoryValue.object(members).json(), as: UTF8.self)
        } catch {
            throw .invalid(field: field, error.message)
        }
    }

    func run(_ request: JobRequest, _ options: CallOptions) async throws(MemoryError) -> JobResult {
        let timeout = options.timeout ?? self.timeout
        guard timeout > .zero else { throw .invalid(field: "timeout", "takes a duration above zero") }
        let end = ContinuousClock.now + timeout
        var request = request
        request.ttl = min(Int(timeout.components.seconds) + Self.resultExtraSeconds, JobLimits.maximumTTL)
        // Where Redis does not tell the time, the job is sent without a deadline: what hinders is told by that.
        if options.expiresWithCall, let now = try? await jobs.timeInMilliseconds(until: end) {
            let left = ContinuousClock.now.duration(to: end)
            request.deadline = now + max(1, Int(left / .milliseconds(1)))
        }
        return try JobResult(try await jobs.result(of: request, until: end), of: request.id)
    }

    /// Sends the job and waits for its result, whatever that is.
    package func answer(to request: JobRequest, timeout: Duration) async throws(MemoryError) -> JobAnswer {
        let result = try await jobs.result(of: request, until: .now + timeout)
        guard let answer = JobAnswer(parsing: result[...]) else {
            throw .invalidAnswer(jobID: request.id, "the form of a result")
        }
        return answer
    }

    /// Sends the job and waits for its result: JSON, as it stands in Redis.
    package func result(of request: JobRequest, timeout: Duration) async throws(MemoryError) -> [UInt8] {
        try await jobs.result(of: request, until: .now + timeout)
    }

    /// Sends a job whose result nobody waits for.
    package func enqueue(_ request: JobRequest) async throws(MemoryError) {
        try await jobs.enqueue(request, until: .now + timeout)
    }

    /// The job's result if it is there.
    package func answer(of id: String) async throws(RedisError) -> JobAnswer? {
        guard let result = try await jobs.result(of: id) else { return nil }
        guard let answer = JobAnswer(parsing: result[...]) else {
            throw RedisError(.unexpectedReply, "the key of job \(id)'s result holds something else")
        }
        return answer
    }

    /// By the clock of Redis, which workers go by, in milliseconds since 1970.
    ///
    /// - Parameter timeout: the client's own when nil.
    package func timeInMilliseconds(timeout: Duration? = nil) async throws(MemoryError) -> Int {
        try await jobs.timeInMilliseconds(until: .now + (timeout ?? self.timeout))
    }

    /// A new one, for a job whose id is told before it is sent.
    package static func newJobID() -> String { JobID.random() }
}
