import OpenTelemetry
import ServiceLifecycle

/// Sends the spans of a worker while it runs, and what is left of them when it has stopped.
struct TracingService: Service, CustomStringConvertible {
    let tracer: OpenTelemetryTracer
    let exporter: SpanExporter

    /// For the log of whoever runs it.
    var description: String { "TracingService" }

    func run() async throws {
        await exporter.run { try? await gracefulShutdown() }
    }
}
