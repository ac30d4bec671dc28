/// A call of a tool. That it is cancelled is told as everywhere: by the task that the call runs in.
package struct ToolCall<Caller: Sendable>: Sendable {
    package let caller: Caller
    /// An object, as it was sent: checked to be valid JSON, and nothing else. `{}` where none was sent.
    package let arguments: ArraySlice<UInt8>
    /// Silent where the caller did not ask for progress.
    package let progress: ToolProgress
    package let trace: TraceContext
    package let protocolVersion: ProtocolVersion

    package init(
        caller: Caller,
        arguments: ArraySlice<UInt8>,
        progress: ToolProgress = .silent,
        trace: TraceContext = TraceContext(),
        protocolVersion: ProtocolVersion = .v2026July
    ) {
        self.caller = caller
        self.arguments = arguments
        self.progress = progress
        self.trace = trace
        self.protocolVersion = protocolVersion
    }
}
