internal import Instrumentation

/// The trace that the calling task is a part of, as the program's tracer writes it: a job's spans become a part of it.
enum CallerTrace {
    private struct Header: Injector {
        func inject(_ value: String, forKey key: String, into header: inout String?) {
            if key == "traceparent" { header = value }
        }
    }

    /// nil where nothing is traced, or by a tracer that does not speak W3C trace context.
    static var traceparent: String? {
        guard let context = InstrumentationContext.current else { return nil }
        var header: String?
        InstrumentationSystem.instrument.inject(context, into: &header, using: Header())
        return header
    }
}
