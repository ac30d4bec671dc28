internal import Tracing

/// The span of one call to a service, which carries one or many jobs.
struct CallSpan {
    let span: any Span

    /// - Parameter tokens: that the service counted.
    func succeeded(tokens: Int? = nil) {
        if let tokens { span.attributes["gen_ai.usage.input_tokens"] = tokens }
        span.end()
    }

    /// - Parameter code: of the error. What the service said is left out: it may repeat what it was sent.
    func failed(_ code: String) {
        span.attributes["error.type"] = code
        span.setStatus(SpanStatus(code: .error))
        span.end()
    }
}
