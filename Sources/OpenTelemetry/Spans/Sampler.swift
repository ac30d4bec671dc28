/// Decides which traces are recorded: what its parent is, a span is too; of those without one, a share.
/// Source: OpenTelemetry specification, Trace SDK, `ParentBased` over `TraceIdRatioBased`.
package struct Sampler: Sendable {
    /// Of 2⁶³.
    private let bound: UInt64

    /// - Parameter ratio: of the traces that begin here, from 0 to 1.
    package init(ratio: Double) {
        precondition((0...1).contains(ratio), "a sample ratio of \(ratio)")
        bound = UInt64(ratio * 0x1p63)
    }

    /// By the trace's id, so that all programs with the same ratio choose the same traces.
    func samples(_ traceID: TraceID, parent: SpanContext?) -> Bool {
        if let parent { return parent.isSampled }
        return traceID.low >> 1 < bound
    }
}
