internal import JobQueue
internal import MCP

/// Who wants something done, until when, and who is told how far it is.
struct CallContext: Sendable {
    let caller: MemoryCaller
    let trace: TraceContext
    let progress: ToolProgress
    let begin: ContinuousClock.Instant
    let end: ContinuousClock.Instant

    init(_ call: ToolCall<MemoryCaller>, timeout: Duration) {
        self.init(caller: call.caller, trace: call.trace, progress: call.progress, timeout: timeout)
    }

    init(_ request: ResourceRequest<MemoryCaller>, timeout: Duration) {
        self.init(caller: request.caller, trace: request.trace, progress: .silent, timeout: timeout)
    }

    private init(caller: MemoryCaller, trace: TraceContext, progress: ToolProgress, timeout: Duration) {
        self.caller = caller
        self.trace = trace
        self.progress = progress
        begin = .now
        end = begin + timeout
    }

    /// The same call, with less patience.
    func atMost(_ timeout: Duration) -> CallContext {
        CallContext(self, end: min(end, .now + timeout))
    }

    /// The same call, with more patience where little is left.
    func atLeast(_ timeout: Duration) -> CallContext {
        CallContext(self, end: max(end, .now + timeout))
    }

    var timeLeft: Duration { ContinuousClock.now.duration(to: end) }
    /// What is less than the clock of the queue tells is none.
    var isTimeLeft: Bool { timeLeft >= .milliseconds(1) }

    private init(_ other: CallContext, end: ContinuousClock.Instant) {
        caller = other.caller
        trace = other.trace
        progress = other.progress
        begin = other.begin
        self.end = end
    }

    /// Longer ones are no trace context.
    var traceparent: String? {
        trace.traceparent.flatMap { $0.utf8.count <= JobLimits.maximumNameBytes ? $0 : nil }
    }
}
