/// How one call is made. All of it may be left out.
public struct CallOptions: Sendable {
    /// Until the answer; the client's own when nil.
    public var timeout: Duration?
    /// Whether a job that no worker has begun when the call ends is not to be done any more. Defaults to true.
    public var expiresWithCall = true
    /// The job's own, by its type, when nil.
    public var lane: MemoryLane?
    /// 1 to 128 characters; a random one when nil. A call that is made again under the same id does what it does once.
    public var jobID: String?
    /// W3C trace context: the span that the job is a part of. When nil, that of the calling task's `InstrumentationContext`
    /// where the program has a tracer; a wrong one is ignored.
    public var traceparent: String?

    /// All of it may be left out.
    public init(
        timeout: Duration? = nil,
        expiresWithCall: Bool = true,
        lane: MemoryLane? = nil,
        jobID: String? = nil,
        traceparent: String? = nil
    ) {
        self.timeout = timeout
        self.expiresWithCall = expiresWithCall
        self.lane = lane
        self.jobID = jobID
        self.traceparent = traceparent
    }
}
