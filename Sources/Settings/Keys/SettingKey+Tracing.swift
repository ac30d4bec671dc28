extension SettingKey {
    static let tracing: [SettingKey] = [
        SettingKey(
            "tracing.endpoint",
            \.tracing.endpoint,
            .optionalHTTPURL,
            environment: "OTEL_EXPORTER_OTLP_ENDPOINT",
            "An OpenTelemetry collector, its OTLP over HTTP (JSON): spans are sent to `/v1/traces` below it. Nothing is traced without one."
        ),
        SettingKey(
            "tracing.tracesEndpoint",
            \.tracing.tracesEndpoint,
            .optionalHTTPURL,
            environment: "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
            "Where spans are sent, the whole URL, where it is not what `tracing.endpoint` says."
        ),
        SettingKey(
            "tracing.headers",
            \.tracing.headers,
            .headers,
            environment: "OTEL_EXPORTER_OTLP_HEADERS",
            "Sent with every request to the collector, such as its API key."
        ),
        SettingKey(
            "tracing.serviceName",
            \.tracing.serviceName,
            word("text", atMost: 255),
            environment: "OTEL_SERVICE_NAME",
            "What spans say they come from."
        ),
        SettingKey(
            "tracing.sampleRatio",
            \.tracing.sampleRatio,
            .number(0...1),
            environment: "OTEL_TRACES_SAMPLER_ARG",
            "The share of traces that begin here and are recorded. Of a job with a `traceparent`, that decides."
        ),
    ]
}
