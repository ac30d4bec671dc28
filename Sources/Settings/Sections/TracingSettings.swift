/// `tracing`: where spans are sent. Off unless one of the two addresses is given.
package struct TracingSettings: Sendable, Equatable {
    /// `tracing.endpoint`: the collector, of OTLP over HTTP; spans go to `/v1/traces` below it. Defaults to none.
    package var endpoint: ServiceURL?
    /// `tracing.tracesEndpoint`: where spans go, taken as it is, instead of what follows from `endpoint`. Defaults to none.
    package var tracesEndpoint: ServiceURL?
    /// `tracing.headers`, secret: sent with every request to the collector. Defaults to none.
    package var headers: [SecretHeader] = []
    /// `tracing.serviceName`, `service.name` of all spans. Defaults to `memoir`.
    package var serviceName = "memoir"
    /// `tracing.sampleRatio`, the share of traces that begin here, from 0 to 1. Defaults to 1.
    package var sampleRatio = 1.0

    package init() {}

    /// Where spans are sent; nil where nothing is traced.
    package var url: ServiceURL? {
        if let tracesEndpoint { return tracesEndpoint }
        guard var url = endpoint else { return nil }
        url.path += "/v1/traces"
        return url
    }
}
