import HTTPTransport
import Logging
import OpenTelemetry
import Reactor
import ServiceLifecycle
import Settings

extension Composition {
    /// Nil where nothing is to be traced: then nothing is made, and nothing is sent anywhere.
    ///
    /// - Parameter instance: tells apart the workers of one service.
    func tracing(of instance: String) throws(CommandFailure) -> TracingService? {
        let tracing = settings.tracing
        guard let url = tracing.url else { return nil }
        let resource = TraceResource(
            serviceName: tracing.serviceName,
            serviceVersion: Version.text,
            instanceID: instance
        )
        var configuration = ExportConfiguration(url: url.string, resource: resource)
        configuration.headers = tracing.headers.map { (name: $0.name, value: $0.value.value) }
        let queue = SpanQueue()
        // A transport of its own: no call of a job waits behind it.
        let exporter = SpanExporter(configuration, queue: queue, client: try transport(), logger: logger)
        logger.info(
            "tracing_started",
            metadata: ["endpoint": "\(url)", "sample_ratio": .stringConvertible(tracing.sampleRatio)]
        )
        let tracer = OpenTelemetryTracer(sampler: Sampler(ratio: tracing.sampleRatio), queue: queue)
        return TracingService(tracer: tracer, exporter: exporter)
    }
}
