/// What a method knows besides the request itself.
struct RequestContext<Caller: Sendable>: Sendable {
    let caller: Caller
    let version: ProtocolVersion
    let progress: ToolProgress
    let trace: TraceContext
}
